-- SPDX-License-Identifier: GPL-2.0-or-later
-- Reads a protocol's description, as chatsniff reads it, and refuses the same mistakes in the same words:
-- "file:group:key: what is wrong". Uses nothing of Wireshark.
local address = require "chatsniff.address"
local pattern = require "chatsniff.pattern"
local text = require "chatsniff.text"

local description = {}

local MAX_SIZE, MAX_FORMS = 1024 * 1024, 256

local function set(words)
    local made = {}
    for word in words:gmatch("%S+") do
        made[word] = true
    end
    return made
end

local senders, replies, transports = "client, server, peer", "none, only, first, more", "udp, tcp"
local protocol_keys = set "name title description transport ports"
local form_keys = set "pattern from answers reply meaning label"
local meanings = set [[
    register registered name-taken unregister unregistered list-users user no-users list-rooms room no-rooms find-user
    user-address no-such-user create-room room-created room-exists join-room clear-peers peer-address no-such-room
    leave-room room-left who here room-group message]]

-- Raised, and caught by description.read().
local function refuse(file, group, key, reason, ...)
    local place = file .. (group and ":" .. group or "") .. (key and ":" .. key or "")
    error({ refused = place .. ": " .. reason:format(...) }, 0)
end

-- The groups of a key file in their order: each has a name, and a table of values by key.
local function read_groups(file, bytes)
    local groups, by_name, group = {}, {}, nil
    for line in (bytes .. "\n"):gmatch("([^\n]*)\n") do
        line = text.strip(line)
        local name = line:match("^%[(.*)%]$")
        local key, value = line:match("^([^=]*)=(.*)$")
        if line == "" or line:sub(1, 1) == "#" then -- luacheck: ignore 542 (nothing to read)
        elseif name then
            if by_name[name] then
                refuse(file, name, nil, "there are two groups of this name")
            end
            group = { name = name, values = {} }
            groups[#groups + 1], by_name[name] = group, group
        elseif not key or text.strip(key) == "" then
            refuse(file, group and group.name, nil, "“%s” is neither a group nor a key with its value",
                text.escape(line))
        elseif not group then
            refuse(file, nil, nil, "it does not begin with a group")
        else
            key = text.strip(key)
            if group.values[key] then
                refuse(file, group.name, key, "the key is given twice")
            end
            group.values[key] = text.strip(value)
        end
    end
    return groups, by_name
end

local function check_keys(file, group, known)
    local keys = {}
    for key in pairs(group.values) do
        keys[#keys + 1] = key
    end
    table.sort(keys) -- so that the same mistake is always told first
    for _, key in ipairs(keys) do
        if not known[key] then
            refuse(file, group.name, key, "there is no such key")
        end
    end
end

-- The value of a key that must be one of the choices; default where it is not given, or nil: it has to be.
local function choose(file, group, key, choices, default)
    local value = group.values[key]
    if not value and not default then
        refuse(file, group.name, key, "the key is missing")
    end
    value = value or default
    for choice in choices:gmatch("[^, ]+") do
        if value == choice then
            return value
        end
    end
    return refuse(file, group.name, key, "“%s” is none of %s", value, choices)
end

local function split_list(value)
    local list = {}
    for _, piece in ipairs(text.split(value or "", ";")) do
        piece = text.strip(piece)
        if piece ~= "" then
            list[#list + 1] = piece
        end
    end
    return list
end

local function read_protocol_group(file, group)
    if not group then
        refuse(file, "protocol", nil, "the group is missing")
    end
    check_keys(file, group, protocol_keys)
    local values = group.values
    local self = { transport = choose(file, group, "transport", transports), ports = {}, forms = {}, by_name = {} }
    if (values.name or "") == "" then
        refuse(file, "protocol", "name", "the key is missing")
    elseif not values.name:match("^[a-z0-9-]+$") then
        refuse(file, "protocol", "name", "only small letters, digits and “-”")
    end
    self.name = values.name
    self.title = (values.title or "") ~= "" and values.title or values.name
    self.description = values.description or ""
    for _, digits in ipairs(split_list(values.ports)) do
        local port = address.port(digits)
        if not port then
            refuse(file, "protocol", "ports", "“%s” is not a port: a number from 1 to 65535", digits)
        end
        self.ports[port] = true
    end
    return self
end

local function check_label(file, group, form)
    local known = { source = true, destination = true }
    for _, name in ipairs(form.argument_names) do
        known[name] = true
    end
    for open in form.label:gmatch("(){") do
        local name = form.label:match("^{([^}]*)}", open)
        if not name then
            refuse(file, group.name, "label", "a “{” without “}”")
        elseif not known[name] then
            refuse(file, group.name, "label", "the pattern has no {%s}", name)
        end
    end
end

-- The label taken apart: literal text (strings), numbers of arguments, and { side = "source" or "destination" }.
local function take_label_apart(form)
    local numbers, parts = {}, {}
    for i, name in ipairs(form.argument_names) do
        numbers[name] = i
    end
    for literal, name in (form.label .. "{}"):gmatch("([^{]*){([^}]*)}") do
        parts[#parts + 1] = literal
        parts[#parts + 1] = numbers[name] or (name ~= "" and { side = name }) or nil
    end
    return parts
end

local function read_form(file, group, position)
    check_keys(file, group, form_keys)
    local values = group.values
    local form = {
        name = group.name:sub(#"form " + 1),
        position = position,
        from = choose(file, group, "from", senders),
        reply = choose(file, group, "reply", replies, "none"),
        meaning = values.meaning or "",
        pattern = values.pattern,
        label = values.label or "",
        answers = {},
    }
    if form.meaning ~= "" and not meanings[form.meaning] then
        refuse(file, group.name, "meaning", "“%s” is not in the vocabulary", form.meaning)
    elseif not form.pattern then
        refuse(file, group.name, "pattern", "the key is missing")
    end
    local wrong = pattern.compile(form)
    if wrong then
        refuse(file, group.name, "pattern", "%s", wrong)
    end
    check_label(file, group, form)
    form.label_parts = take_label_apart(form)
    local answers = split_list(values.answers)
    for _, name in ipairs(answers) do
        form.answers[name] = true
    end
    form.answers_anything = #answers > 0
    if form.answers_anything and form.reply == "none" then
        refuse(file, group.name, "reply", "a form with answers says only, first or more")
    elseif not form.answers_anything and form.reply ~= "none" then
        refuse(file, group.name, "answers", "a reply says which forms it answers")
    end
    return form
end

local function check_forms(file, self)
    for i, form in ipairs(self.forms) do
        local group = "form " .. form.name
        for name in pairs(form.answers) do
            local request = self.by_name[name]
            if not request then
                refuse(file, group, "answers", "there is no form “%s”", name)
            elseif request.from == form.from and form.from ~= "peer" then
                refuse(file, group, "answers", "“%s” comes from the same side", name)
            end
            request.is_answered = true
        end
        for j = 1, i - 1 do
            if pattern.ties(form, self.forms[j]) then
                refuse(file, group, "pattern", "fits the same as that of “%s”", self.forms[j].name)
            end
        end
    end
end

local function load(file, bytes)
    if #bytes > MAX_SIZE or bytes:find("\0", 1, true) then
        refuse(file, nil, nil, "not a protocol description")
    elseif not text.is_utf8(bytes) then
        refuse(file, nil, nil, "not valid UTF-8")
    end
    local groups, by_name = read_groups(file, bytes)
    local self = read_protocol_group(file, by_name.protocol)
    for _, group in ipairs(groups) do
        if group.name ~= "protocol" then
            if not group.name:match("^form .") then
                refuse(file, group.name, nil, "a group is [protocol] or [form NAME]")
            elseif #self.forms == MAX_FORMS then
                refuse(file, nil, nil, "more than %d forms", MAX_FORMS)
            end
            local form = read_form(file, group, #self.forms + 1)
            self.forms[#self.forms + 1] = form
            self.by_name[form.name] = form
        end
    end
    if #self.forms == 0 then
        refuse(file, nil, nil, "there is no [form NAME]")
    end
    check_forms(file, self)
    pattern.index(self)
    return self
end

-- A description from its bytes; file is the name that a mistake is told with. Returns the protocol, or nil and
-- "file:group:key: what is wrong".
--
-- A protocol: name, title, description, transport ("udp", "tcp"), ports (a set), forms (the most exact first), by_name,
-- and what pattern.index() adds. A form: name, code (nil where it begins with an argument), from, reply, meaning
-- ("" for none), label, pattern, argument_names, argument_types, answers (a set), answers_anything, is_answered.
function description.read(file, bytes)
    local done, result = pcall(load, file, bytes)
    if done then
        return result
    elseif type(result) == "table" then
        return nil, result.refused
    end
    error(result, 0) -- a mistake of this program
end

-- The same from a file.
function description.read_file(path)
    local file, reason = io.open(path, "rb")
    if not file then
        return nil, path .. ": cannot be read: " .. tostring(reason)
    end
    local bytes = file:read(MAX_SIZE + 1)
    file:close()
    return description.read(path:match("[^/\\]+$") or path, bytes or "")
end

return description
