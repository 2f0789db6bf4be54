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

local function has_picture(block)
  local found = false
  pandoc.walk_block(block, { Image = function() found = true end })
  return found
end

-- In the PDF a figure's title, its sentence and its picture stay on one page.
function Blocks(blocks)
  if FORMAT ~= "typst" then return end
  local kept = pandoc.List()
  local at = 1
  while at <= #blocks do
    local last = at
    if blocks[at].t == "Header" and blocks[at].level == 2 then
      local near = at + 1
      while near <= #blocks and blocks[near].t == "Para" do
        if has_picture(blocks[near]) then last = near; break end
        near = near + 1
      end
    end
    if last > at then kept:insert(pandoc.RawBlock("typst", "#block(breakable: false, above: 1.8em)[")) end
    for i = at, last do kept:insert(blocks[i]) end
    if last > at then kept:insert(pandoc.RawBlock("typst", "]")) end
    at = last + 1
  end
  return kept
end
