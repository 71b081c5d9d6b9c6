-- SPDX-License-Identifier: GPL-2.0-or-later
-- Reads a protocol's description, as chatsniff reads it (chat/protocol/loader.c), and refuses the same mistakes at the
-- same place in the same words. Uses nothing of Wireshark.
local address = require "chatsniff.address"
local key_file = require "chatsniff.key_file"
local mistakes = require "chatsniff.mistakes"
local pattern = require "chatsniff.pattern"
local text = require "chatsniff.text"

local description = {}

local MAX_SIZE, MAX_FORMS, MAX_NAME = 1024 * 1024, 256, 32

local senders, replies, transports = "client, server, peer", "none, only, first, more", "udp, tcp"
local protocol_keys = "name, title, description, transport, ports, receive-limit"
local form_keys = "pattern, from, answers, reply, meaning, label"

-- What each meaning requires of a form: its sender, and the types of its first placeholders. Names and addresses are
-- taken from these.
local needs = {
    ["register"] = { "client", { "user" } },
    ["registered"] = { "server", { "user" }, may_lack = true }, -- without placeholders, the name is the request's
    ["name-taken"] = { "server" },
    ["unregister"] = { "client" },
    ["unregistered"] = { "server" },
    ["list-users"] = { "client" },
    ["user"] = { "server", { "user" } },
    ["no-users"] = { "server" },
    ["list-rooms"] = { "client" },
    ["room"] = { "server", { "room" } },
    ["no-rooms"] = { "server" },
    ["find-user"] = { "client", { "user" } },
    ["user-address"] = { "server", { "ip", "port" } },
    ["no-such-user"] = { "server" },
    ["create-room"] = { "client", { "room" } },
    ["room-created"] = { "server", { "room" }, may_lack = true },
    ["room-exists"] = { "server" },
    ["join-room"] = { "client", { "room" } },
    ["clear-peers"] = { "server" },
    ["peer-address"] = { "server", { "ip", "port" } },
    ["no-such-room"] = { "server" },
    ["leave-room"] = { "client" },
    ["room-left"] = { "server" },
    ["who"] = { "peer" },
    ["here"] = { "peer", { "user" } },
    ["room-group"] = { "server", { "group", "port" } },
    ["message"] = {},
}
local meanings = "register, registered, name-taken, unregister, unregistered, list-users, user, no-users, "
    .. "list-rooms, room, no-rooms, find-user, user-address, no-such-user, create-room, room-created, "
    .. "room-exists, join-room, clear-peers, peer-address, no-such-room, leave-room, room-left, who, "
    .. "here, room-group, message"

local function contains(list, word)
    for known in list:gmatch("[^, ]+") do
        if known == word then
            return true
        end
    end
    return false
end

local function has_control(value)
    return value:find("[%z\1-\31\127]") ~= nil or value:find("\194[\128-\159]") ~= nil
end

-- The state of a reading: found (mistakes), groups, by_name (the same), protocol.
local reader = {}
reader.__index = reader

function reader:add(group, key, kind, a, b)
    local found = key and group.by_name[key]
    self.found:add(found and found.line or group.line, group.name, key, kind, a, b)
end

function reader:check_keys(group, known)
    for _, key in ipairs(group.keys) do
        if not contains(known, key.name) then
            self:add(group, key.name, "unknown_key", known)
        elseif has_control(key.value) then
            self:add(group, key.name, "control", key.value)
        end
    end
end

-- The value of a key, or nil if it is missing or holds control characters.
local function get(group, name)
    local key = group.by_name[name]
    return key and not has_control(key.value) and key.value or nil
end

function reader:get_required(group, name)
    if not group.by_name[name] then
        self:add(group, name, "no_key", name)
    end
    return get(group, name)
end

-- The value of a key that must be one of the choices; default if it is missing; nil if it is none of them.
function reader:choose(group, name, choices, default)
    local value = get(group, name)
    if not value then
        return not group.by_name[name] and default or nil
    elseif contains(choices, value) then
        return value
    end
    self:add(group, name, "none_of", value, choices)
    return nil
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

local function is_name(value)
    return #value <= MAX_NAME and value:match("^[a-z][a-z0-9-]*$") ~= nil
end

function reader:read_protocol_group(group)
    local protocol = self.protocol
    if not group then
        self.found:add(1, "protocol", nil, "no_protocol")
        return
    end
    self:check_keys(group, protocol_keys)
    protocol.name = self:get_required(group, "name")
    if protocol.name and not is_name(protocol.name) then
        self:add(group, "name", "name", protocol.name)
    end
    protocol.transport = self:get_required(group, "transport") and self:choose(group, "transport", transports)
    local title = get(group, "title")
    protocol.title = (title or "") ~= "" and title or protocol.name
    protocol.description = get(group, "description") or ""
    for _, digits in ipairs(split_list(get(group, "ports"))) do
        local port = address.port(digits)
        if port then
            protocol.ports[port] = true
        else
            self:add(group, "ports", "port", digits)
        end
    end
    local limit = get(group, "receive-limit")
    protocol.receive_limit = limit and address.port(limit)
    if limit and not protocol.receive_limit then
        self:add(group, "receive-limit", "limit", limit)
    end
end

function reader:check_label(group, form)
    local known = { source = true, destination = true }
    for _, name in ipairs(form.argument_names) do
        known[name] = true
    end
    for open in form.label:gmatch("(){") do
        local name = form.label:match("^{([^}]*)}", open)
        if not name then
            return self:add(group, "label", "open_alone")
        elseif not known[name] then
            return self:add(group, "label", "label", name)
        end
    end
end

-- Splits the label into literal texts (strings), arguments (their numbers), and { side = "source" or "destination" }.
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

local function has_placeholders(form, types, may_lack)
    if may_lack and #form.argument_types == 0 then
        return true
    end
    for i, kind in ipairs(types) do
        if form.argument_types[i] ~= kind then
            return false
        end
    end
    return true
end

-- Checks that a form has what its meaning requires: certain placeholders, a text, a certain sender.
function reader:check_meaning(group, form)
    local needed = needs[form.meaning]
    local sender, types = needed[1], needed[2] or {}
    if form.has_pattern and not has_placeholders(form, types, needed.may_lack) then
        local written = {}
        for i, kind in ipairs(types) do
            written[i] = "{…:" .. kind .. "}"
        end
        self:add(group, "meaning", "meaning_placeholders", form.meaning, table.concat(written, " "))
    end
    if form.has_pattern and form.meaning == "message" and form.argument_types[#form.argument_types] ~= "rest" then
        self:add(group, "meaning", "meaning_text", form.meaning)
    end
    if form.from and sender and form.from ~= sender then
        self:add(group, "meaning", "meaning_sender", form.meaning, sender)
    end
end

function reader:read_pattern(group, form)
    form.pattern = self:get_required(group, "pattern")
    if not form.pattern then
        return
    end
    local wrong, shown = pattern.compile(form)
    form.has_pattern = wrong == nil
    if wrong then
        self:add(group, "pattern", wrong, shown)
    end
end

function reader:read_form(group, position)
    local form = {
        name = group.name:sub(#"form " + 1), position = position, line = group.line, answers = {}, has_pattern = false,
    }
    if has_control(group.name) then
        self:add(group, nil, "control", group.name)
    end
    self:check_keys(group, form_keys)
    self:read_pattern(group, form)
    form.from = self:get_required(group, "from") and self:choose(group, "from", senders)
    form.reply = self:choose(group, "reply", replies, "none")
    form.meaning = self:choose(group, "meaning", meanings, "")
    form.answer_list = split_list(get(group, "answers"))
    for _, name in ipairs(form.answer_list) do
        form.answers[name] = true
    end
    form.answers_anything = #form.answer_list > 0
    if form.answers_anything and form.reply == "none" then
        self:add(group, "reply", "answers_without_reply")
    elseif not form.answers_anything and form.reply and form.reply ~= "none" then
        self:add(group, "answers", "reply_without_answers")
    end
    if form.meaning and form.meaning ~= "" then
        self:check_meaning(group, form)
    end
    form.label = get(group, "label") or ""
    if form.has_pattern then
        self:check_label(group, form)
    end
    return form
end

function reader:check_answers(group, form)
    for _, name in ipairs(form.answer_list) do
        local request = self.protocol.by_name[name]
        if request then
            request.is_answered = true
            request.is_confirmed = request.is_confirmed or form.reply == "only"
            if request.from and request.from == form.from and form.from ~= "peer" then
                self:add(group, "answers", "same_side", name)
            end
        elseif not self.by_name["form " .. name] then -- a form beyond MAX_FORMS was left out
            self:add(group, "answers", "no_such_form", name)
        end
    end
end

function reader:check_ties(group, form)
    for i = 1, form.position - 1 do
        local other = self.protocol.forms[i]
        if form.has_pattern and form.from and other.has_pattern and other.from and pattern.ties(form, other) then
            local line = self.by_name["form " .. other.name].by_name.pattern.line
            return self:add(group, "pattern", "tie", other.name, tostring(line))
        end
    end
end

-- The groups of forms, at most MAX_FORMS.
function reader:find_forms()
    local forms = {}
    for _, group in ipairs(self.groups) do
        if group.name ~= "protocol" then
            if not group.name:match("^form .") then
                self:add(group, nil, "unknown_group")
            elseif #forms == MAX_FORMS then
                self:add(group, nil, "many_forms", tostring(MAX_FORMS))
                break
            else
                forms[#forms + 1] = group
            end
        end
    end
    if #forms == 0 then
        self.found:add(1, nil, nil, "no_form")
    end
    return forms
end

function reader:read()
    local protocol = self.protocol
    self:read_protocol_group(self.by_name.protocol)
    local groups = self:find_forms()
    for i, group in ipairs(groups) do
        local form = self:read_form(group, i)
        protocol.forms[i], protocol.by_name[form.name] = form, form
    end
    for i, group in ipairs(groups) do
        self:check_answers(group, protocol.forms[i])
        self:check_ties(group, protocol.forms[i])
    end
    if #self.found == 0 then
        for _, form in ipairs(protocol.forms) do
            form.label_parts = take_label_apart(form)
        end
        pattern.index(protocol)
    end
end

local function line_of(bytes, position)
    local _, n = bytes:sub(1, position - 1):gsub("\n", "")
    return n + 1
end

-- Whether the file is text at all.
local function check_bytes(found, bytes)
    local nul = bytes:find("\0", 1, true)
    if #bytes > MAX_SIZE then
        found:add(1, nil, nil, "too_large")
    elseif nul then
        found:add(line_of(bytes, nul), nil, nil, "nul")
    elseif not text.is_utf8(bytes) then
        -- No character of several bytes contains a line feed, so each line can be checked by itself.
        local line = 1
        for found_line in (bytes .. "\n"):gmatch("([^\n]*)\n") do
            if not text.is_utf8(found_line) then
                break
            end
            line = line + 1
        end
        found:add(line, nil, nil, "not_utf8")
    end
    return #found == 0
end

-- Reads a description from its bytes; file is the name that appears in mistakes. Returns the protocol, or nil and a
-- list of all mistakes: "file:line: group:key: what is wrong and what to do about it".
--
-- A protocol: name, title, description, transport ("udp", "tcp"), ports (a set), receive_limit (or nil), forms (the
-- most exact first), by_name, and what pattern.index() adds. A form: name, code (nil if it begins with an argument),
-- from, reply, meaning ("" for none), label, pattern, argument_names, argument_types, answers (a set),
-- answers_anything, is_answered, is_confirmed (by a whole answer).
function description.read(file, bytes)
    local self = setmetatable({ found = mistakes.new(), protocol = { ports = {}, forms = {}, by_name = {} } }, reader)
    if check_bytes(self.found, bytes) then
        self.groups, self.by_name = key_file.read(bytes, self.found)
        self:read()
    end
    if #self.found == 0 then
        return self.protocol
    end
    return nil, self.found:tell(file)
end

-- The same from a file.
function description.read_file(path)
    local file, reason = io.open(path, "rb")
    if not file then
        return nil, { path .. ": cannot be read: " .. tostring(reason) }
    end
    local bytes = file:read(MAX_SIZE + 1)
    file:close()
    return description.read(path:match("[^/\\]+$") or path, bytes or "")
end

return description
