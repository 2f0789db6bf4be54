-- Divs of the page become functions of the PDF's template, and styles in Word.
local functions = { notes = "note", banner = "banner", summary = "summary" }
local styles = { notes = "Notes", banner = "Banner", summary = "Summary" }

function Div(div)
  local class = div.classes[1]
  if FORMAT == "typst" and functions[class] then
    if #div.content == 0 then return {} end
    local blocks = pandoc.List({ pandoc.RawBlock("typst", "#" .. functions[class] .. "[") })
    blocks:extend(div.content)
    blocks:insert(pandoc.RawBlock("typst", "]"))
    return blocks
  end
  if FORMAT == "docx" and styles[class] then
    div.attributes["custom-style"] = styles[class]
    return div
  end
end
