-- SPDX-License-Identifier: GPL-2.0-or-later
-- Puts what is understood of a message into Wireshark's tree and columns: the parts that UDP and TCP chats share.
-- Everything from the wire is escaped here, before it becomes a field.
local address = require "chatsniff.address"
local text = require "chatsniff.text"

local show = {}

local INFO_TEXT = 100 -- bytes of a text in the Info column; the whole of it is in its field

-- Where an argument goes, by its type.
local field_of_type = {
    user = "user", room = "room", ip = "address", group = "address", token = "token", rest = "message",
}

local function range_of(tvb, offset, length)
    if length <= 0 or offset >= tvb:len() then
        return nil
    end
    return tvb(offset, math.min(length, tvb:len() - offset))
end

-- Adds a string from the wire, at its bytes.
function show.add_string(tree, field, range, bytes)
    local shown = text.escape(bytes)
    if range then
        return tree:add(field, range, shown)
    end
    return tree:add(field, shown)
end

-- Adds what cannot be seen in the bytes.
function show.add_generated(tree, field, value)
    local item = tree:add(field, value)
    item:set_generated()
    return item
end

function show.has_controls(bytes)
    return bytes:find("[%z\1-\8\11-\31\127]") ~= nil
end

-- The form, the code and the arguments of a message that starts at this offset of tvb.
function show.add_message(plugin, tree, tvb, offset, message)
    local fields, form = plugin.fields, message.form
    show.add_generated(tree, fields.form, form.name)
    if form.code then
        local first = tvb:raw(offset):find("[^ \t\n\v\f\r]") or 1
        show.add_string(tree, fields.code, range_of(tvb, offset + first - 1, #form.code), form.code)
    end
    for i, value in ipairs(message.arguments) do
        local kind = form.argument_types[i]
        local range = range_of(tvb, offset + message.offsets[i], #value)
        if kind == "port" then
            tree:add(fields.port, range, address.port(value))
        elseif kind == "rest" then
            show.add_string(tree, fields.message, range, message.text)
        else
            show.add_string(tree, fields[field_of_type[kind]], range, value)
        end
    end
end

-- The form's label, with what {…} stands for; others: that of placeholders that are no arguments. For the Info column:
-- escaped, and long texts cut.
function show.label(message, others)
    local form, values = message.form, {}
    for i, name in ipairs(form.argument_names) do
        local value = form.argument_types[i] == "rest" and message.text or message.arguments[i]
        values[name] = text.escape(text.shorten(value, INFO_TEXT))
    end
    return (form.label:gsub("{([^}]*)}", function(name)
        return values[name] or (others[name] and text.escape(others[name])) or ""
    end))
end

function show.quote(bytes)
    return "“" .. text.escape(text.shorten(bytes, INFO_TEXT)) .. "”"
end

-- "1 byte", "2 bytes"
function show.count(n, what)
    return n .. " " .. what .. (n == 1 and "" or "s")
end

-- A duration in seconds as people say it.
function show.duration(seconds)
    local size = math.abs(seconds)
    if size < 0.0009995 then
        return string.format("%.3g µs", seconds * 1e6)
    elseif size < 0.9995 then
        return string.format("%.3g ms", seconds * 1e3)
    end
    return string.format("%.2f s", seconds)
end

return show
