-- SPDX-License-Identifier: GPL-2.0-or-later
-- Groups of keys with their values, and the line in which each stands. Uses nothing of Wireshark.
local text = require "chatsniff.text"

local key_file = {}

local function begin_group(self, name, line)
    local earlier = self.by_name[name]
    self.is_skipped = earlier ~= nil
    if earlier then
        self.group = earlier
        self.mistakes:add(line, name, nil, "second_group", tostring(earlier.line))
        return
    end
    self.group = { name = name, line = line, keys = {}, by_name = {} }
    self.groups[#self.groups + 1], self.by_name[name] = self.group, self.group
end

local function add_key(self, name, value, line)
    local group = self.group
    local earlier = group.by_name[name]
    if earlier then
        self.mistakes:add(line, group.name, name, "second_key", tostring(earlier.line))
        return
    end
    local key = { name = name, value = value, line = line }
    group.keys[#group.keys + 1], group.by_name[name] = key, key
end

local function read_line(self, bytes, line)
    local stripped = text.strip(bytes)
    if stripped == "" or stripped:sub(1, 1) == "#" then
        return
    elseif stripped:match("^%[.*%]$") then
        return begin_group(self, stripped:sub(2, -2), line)
    elseif self.is_skipped then
        return
    end
    local name, value = stripped:match("^([^=]+)=(.*)$")
    if not name or stripped:sub(1, 1) == "[" then
        self.mistakes:add(line, self.group and self.group.name, nil, "neither", stripped)
        self.is_skipped = stripped:sub(1, 1) == "[" -- a group was meant: its keys are not the previous one's
    elseif not self.group then
        self.mistakes:add(line, nil, nil, "no_group_yet", stripped)
    else
        add_key(self, text.strip(name), text.strip(value), line)
    end
end

-- Parses a file. Lines that are wrong are skipped and added to mistakes. Returns the groups in their order, and by
-- name. A group has name, line, keys, and by_name (its keys by name); a key has name, value and line.
function key_file.read(bytes, mistakes)
    local self = { groups = {}, by_name = {}, group = nil, is_skipped = false, mistakes = mistakes }
    local line = 0
    bytes = bytes:gsub("^\239\187\191", "") -- a byte order mark, as some editors begin a file
    for found in (bytes .. "\n"):gmatch("([^\n]*)\n") do
        line = line + 1
        read_line(self, found, line)
    end
    return self.groups, self.by_name
end

return key_file
