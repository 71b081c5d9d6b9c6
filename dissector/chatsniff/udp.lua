-- SPDX-License-Identifier: GPL-2.0-or-later
-- Dissects the datagrams of UDP chats.
local address = require "chatsniff.address"
local pattern = require "chatsniff.pattern"
local show = require "chatsniff.show"
local text = require "chatsniff.text"

local udp = {}

-- Receivers of the chat read at most this many bytes of a datagram; the rest is lost to them.
local RECEIVE_LIMIT = 1024

-- An endpoint as a string. Wireshark writes the address, so that both ways to come by one agree.
local function endpoint(host, port)
    return tostring(host) .. " " .. port
end

function udp.endpoint_of(canonical, port)
    local made, host = pcall(canonical:find(":", 1, true) and Address.ipv6 or Address.ip, canonical)
    return made and endpoint(host, port) or nil
end

local function datagram_of(tvb, pinfo)
    local canonical = address.canonical(tostring(pinfo.dst))
    return {
        frame = pinfo.number,
        time = pinfo.rel_ts,
        source = endpoint(pinfo.src, pinfo.src_port),
        destination = endpoint(pinfo.dst, pinfo.dst_port),
        source_port = pinfo.src_port,
        destination_port = pinfo.dst_port,
        to_group = canonical ~= nil and address.is_multicast(canonical),
        payload = tvb:raw(),
        length = tvb:reported_len(),
    }
end

-- What is told of this frame, or nil. insist: the protocol that the user says this is (Decode As).
local function look_up(session, tvb, pinfo, insist)
    if pinfo.visited then
        local told = session.told[pinfo.number]
        return told or session:get(pinfo.number, endpoint(pinfo.src, pinfo.src_port),
            endpoint(pinfo.dst, pinfo.dst_port))
    end
    return session:add(datagram_of(tvb, pinfo), insist)
end

local function role_of_destination(told)
    if told.sender == "client" then
        return "server"
    elseif told.sender == "server" then
        return "client"
    end
    return told.to_group and "group" or "peer"
end

-- What it has to do with another packet, in brackets.
local function link_of(session, told)
    if told.repeats then
        return string.format(" (the same request as #%d)", told.repeats)
    elseif told.again then
        return string.format(" (again: the request #%d was repeated)", told.request.frame)
    elseif told.request and told.latency then
        return string.format(" (answers #%d after %s)", told.request.frame, show.duration(told.latency))
    elseif told.request then
        return string.format(" (answers #%d)", told.request.frame)
    elseif told.kind == "reply" then
        return " (the request was not captured)"
    elseif told.cause then
        local client = session:name(told.cause.client, told.frame)
        return string.format(" (caused by #%d of %s)", told.cause.frame, client and text.escape(client) or "another")
    end
    return ""
end

-- The sentence of the Info column. It reads on from the sender's name.
local function sentence(session, told)
    local source = session:name(told.source, told.frame)
    local destination = session:name(told.destination, told.frame)
    local who = source and text.escape(source) or told.sender
    if not told.message then
        if told.length == 0 then
            return who .. " sends an empty datagram"
        elseif told.why == "cut_off" then
            return who .. " sends a datagram of which the capture holds the beginning alone: "
                .. show.count(told.missing, "byte") .. " are missing"
        end
        return who .. " sends a datagram that means nothing in this chat: " .. pattern.reasons[told.why]
    end
    local parts = { who, " ", show.label(told.message, {
        source = source or told.sender, destination = destination or role_of_destination(told),
    }) }
    parts[#parts + 1] = link_of(session, told)
    if told.missing > 0 then
        parts[#parts + 1] = " (" .. show.count(told.missing, "byte") .. " of it were not captured)"
    end
    return table.concat(parts)
end

local refusals = { ["name-taken"] = true, ["no-such-user"] = true, ["no-such-room"] = true, ["room-exists"] = true }

local function add_experts(plugin, session, told, item, visited)
    local experts, form = plugin.experts, told.message and told.message.form
    if not told.message then
        local expert = told.why == "not_utf8" and experts.not_utf8 or told.why == "cut_off" and experts.cut_off
            or experts.not_understood
        item:add_proto_expert_info(expert, "It fits no form: " .. pattern.reasons[told.why])
        return
    end
    if told.repeats then
        item:add_proto_expert_info(experts.repeated)
    elseif visited and told.kind == "request" and form.is_answered and #told.asked.replies == 0 then
        item:add_proto_expert_info(experts.unanswered)
    end
    if told.again then
        item:add_proto_expert_info(experts.again)
    end
    if refusals[form.meaning] then
        item:add_proto_expert_info(experts.refused, "The server " .. show.label(told.message, {}))
    end
    if told.length > RECEIVE_LIMIT then
        item:add_proto_expert_info(experts.too_long)
    end
    if form.meaning == "message" then
        local left_in = session.directory:left_in(told.source, told.frame)
            or session.directory:left_in(told.destination, told.frame)
        if left_in then
            show.add_generated(item, plugin.fields.left_in, left_in)
            item:add_proto_expert_info(experts.after_leaving,
                string.format("One of the two asked to leave in frame %d, and has not come back", left_in))
        end
    end
    for _, argument in ipairs(told.message.arguments) do
        if show.has_controls(argument:gsub("\n$", "")) then
            item:add_proto_expert_info(experts.control)
            break
        end
    end
end

-- The links between requests and replies, both ways.
local function add_links(plugin, told, tree)
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

local function add_parties(plugin, session, told, tree)
    local fields = plugin.fields
    show.add_generated(tree, fields.kind, told.kind)
    show.add_generated(tree, fields.sender, told.sender)
    local source = session:name(told.source, told.frame)
    local destination = session:name(told.destination, told.frame)
    if source then
        show.add_generated(tree, fields.sender_name, text.escape(source))
    end
    if destination then
        show.add_generated(tree, fields.receiver_name, text.escape(destination))
    end
end

local function build_tree(plugin, session, told, tvb, pinfo, tree, info)
    local item = tree:add(plugin.proto, tvb())
    item:append_text(": " .. info)
    if told.message then
        show.add_message(plugin, item, tvb, 0, told.message)
    else
        show.add_generated(item, plugin.fields.form, "unknown")
        if told.length > 0 then
            local code = tvb:raw():match("[^ \t\n\v\f\r]+")
            if code then
                show.add_string(item, plugin.fields.code, nil, text.shorten(code, 64)):set_generated()
            end
        end
    end
    add_parties(plugin, session, told, item)
    add_links(plugin, told, item)
    add_experts(plugin, session, told, item, pinfo.visited)
end

-- session: what is known of the UDP chats of this capture. plugins: by protocol name. insist: what protocol the user
-- says this is, or nil. is_guess: no port says that it is a chat. Returns how many bytes were dissected; 0: it is none.
function udp.dissect(session, plugins, tvb, pinfo, tree, insist, is_guess)
    if pinfo.in_error_pkt then
        return 0 -- an ICMP error quotes it: that says nothing new
    end
    local told = look_up(session, tvb, pinfo, insist)
    local plugin = told and plugins[told.protocol.name]
    if not plugin or (is_guess and not plugin.is_guessed) then
        return 0
    end
    local info = sentence(session, told)
    pinfo.cols.protocol:set(plugin.column)
    pinfo.cols.info:set(info)
    build_tree(plugin, session, told, tvb, pinfo, tree, info)
    return tvb:reported_len()
end

return udp
