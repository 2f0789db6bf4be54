"""The threats to a finding, one file each: the folder is the checklist."""
