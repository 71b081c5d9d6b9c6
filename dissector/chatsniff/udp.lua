-- SPDX-License-Identifier: GPL-2.0-or-later
-- Dissects the datagrams of UDP chats.
local address = require "chatsniff.address"
local sentences = require "chatsniff.sentences"
local show = require "chatsniff.show"
local text = require "chatsniff.text"

local udp = {}

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

-- The phase of a chat that a message belongs to, as the timeline of chatsniff tells it.
local phases = {
    register = "setup", registered = "setup", ["name-taken"] = "setup",
    unregister = "teardown", unregistered = "teardown", message = "transfer",
}

-- The links between requests and replies, both ways.
local function add_links(plugin, session, told, tree)
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
    local left_in = told.kind == "message" and session:left_in(told)
    if left_in then
        show.add_generated(tree, fields.left_in, left_in)
    end
end

local function add_parties(plugin, session, told, tree)
    local fields = plugin.fields
    show.add_generated(tree, fields.kind, told.kind)
    show.add_generated(tree, fields.phase, told.message and phases[told.message.form.meaning] or "control")
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
        show.add_message(plugin, item, tvb, told.message)
    else
        show.add_unknown(plugin, item, tvb:raw())
    end
    add_parties(plugin, session, told, item)
    add_links(plugin, session, told, item)
    sentences.notice(session, told, pinfo.visited, function(kind, sentence)
        item:add_proto_expert_info(plugin.experts[kind], sentence)
    end)
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
    local info = sentences.of_datagram(session, told)
    pinfo.cols.protocol:set(plugin.column)
    pinfo.cols.info:set(info)
    build_tree(plugin, session, told, tvb, pinfo, tree, info)
    return tvb:reported_len()
end

return udp
