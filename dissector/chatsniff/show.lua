-- SPDX-License-Identifier: GPL-2.0-or-later
-- Puts what is known about a message into Wireshark's tree: the parts that UDP and TCP chats share. Everything from
-- the wire is escaped before it becomes a field.
local address = require "chatsniff.address"
local pattern = require "chatsniff.pattern"
local text = require "chatsniff.text"

local show = {}

-- Where an argument goes, by its type.
local field_of_type = {
    user = "user", room = "room", ip = "address", group = "address", token = "token", rest = "message",
}

-- Sets the columns, if there are any. say(...) makes the sentence, which is returned; nil if nobody looks at it now,
-- or, with is_kept, later.
function show.columns(plugin, pinfo, tree, is_kept, say, ...)
    local columns = pinfo.cols
    local has_columns = tostring(columns.info) ~= "(info)"
    if not has_columns and not is_kept and not tree.visible then
        return nil
    end
    local sentence = say(...)
    if has_columns then
        columns.protocol = plugin.column
        columns.info = sentence
    end
    return sentence
end

-- Adds the protocol's item to the tree. Returns nil if none of its fields can be seen or filtered by.
function show.start(plugin, tree, tvb, sentence)
    if not tree:referenced(plugin.dissector) then
        return nil
    end
    local item = tree:add(plugin.proto, tvb())
    if sentence then
        item:append_text(": " .. sentence)
    end
    return item
end

-- The range of bytes; nil if there are none to point to: an empty text, or what the snapshot length cut off.
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

-- Adds a value that is not in the bytes themselves.
function show.add_generated(tree, field, value)
    local item = tree:add(field, value)
    item:set_generated()
    return item
end

-- The form, the code and the arguments of a message that tvb begins with.
function show.add_message(plugin, tree, tvb, message)
    local fields, form = plugin.fields, message.form
    show.add_generated(tree, fields.form, form.name)
    if form.code then
        local first = tvb:raw():find("[^ \t\n\v\f\r]") or 1
        show.add_string(tree, fields.code, range_of(tvb, first - 1, #form.code), form.code)
    end
    local offsets = pattern.offsets(message, tvb:raw())
    for i, value in ipairs(message) do
        local kind = form.argument_types[i]
        local range = range_of(tvb, offsets[i], #value)
        if kind == "port" then
            tree:add(fields.port, range, address.port(value))
        else
            show.add_string(tree, fields[field_of_type[kind]], range, kind == "rest" and message.text or value)
        end
    end
end

-- Adds a message that fits no form.
function show.add_unknown(plugin, tree, bytes)
    show.add_generated(tree, plugin.fields.form, "unknown")
    local code = bytes:match("[^ \t\n\v\f\r]+")
    if code then
        show.add_generated(tree, plugin.fields.code, text.escape(text.shorten(code, 64)))
    end
end

-- The links between requests and replies, both ways.
function show.add_links(plugin, told, tree)
    local fields = plugin.fields
    if told.request then
        show.add_generated(tree, fields.request_in, told.request.frame)
    end
    if told.latency then
        local seconds = math.floor(told.latency)
        local nanoseconds = math.floor((told.latency - seconds) * 1e9 + 0.5)
        if nanoseconds == 1000000000 then
            seconds, nanoseconds = seconds + 1, 0
        end
        show.add_generated(tree, fields.reply_time, NSTime.new(seconds, nanoseconds))
    end
    if told.asked then
        if told.repeats then
            show.add_generated(tree, fields.first_asked_in, told.repeats)
        end
        for _, frame in ipairs(told.asked.replies) do
            show.add_generated(tree, fields.reply_in, frame)
        end
    end
    if told.cause then
        show.add_generated(tree, fields.caused_in, told.cause.frame)
    end
end

return show
