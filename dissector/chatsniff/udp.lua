-- SPDX-License-Identifier: GPL-2.0-or-later
-- Dissects the datagrams of UDP chats.
local address = require "chatsniff.address"
local sentences = require "chatsniff.sentences"
local show = require "chatsniff.show"
local text = require "chatsniff.text"

local udp = {}

local NOTHING = {}

-- An endpoint as a string. Wireshark formats the address, here and in endpoint_of(), so that the strings agree.
local function endpoint(host, port)
    return tostring(host) .. " " .. port
end

function udp.endpoint_of(canonical, port)
    local made, host = pcall(canonical:find(":", 1, true) and Address.ipv6 or Address.ip, canonical)
    return made and endpoint(host, port) or nil
end

local function is_group(host)
    local first = host:byte()
    if first ~= 0x32 and first ~= 0x66 and first ~= 0x46 then
        return false -- begins with neither 2 nor f
    end
    local canonical = address.canonical(host)
    return canonical ~= nil and address.is_multicast(canonical)
end

local function datagram_of(tvb, pinfo, payload)
    local host = tostring(pinfo.dst)
    return {
        frame = pinfo.number,
        time = pinfo.rel_ts,
        source = endpoint(pinfo.src, pinfo.src_port),
        destination = endpoint(host, pinfo.dst_port),
        source_port = pinfo.src_port,
        destination_port = pinfo.dst_port,
        to_group = is_group(host),
        payload = payload,
        length = tvb:reported_len(),
        -- session:tell() adds these: growing a table later costs time.
        conversation = nil, protocol = nil, kind = nil, sender = nil, message = nil, why = nil, missing = nil,
    }
end

-- What is known about the datagram of this frame, or nil.
local function look_up(session, tvb, pinfo, insist, is_guess)
    if pinfo.visited then
        return session:get(pinfo.number, function()
            return datagram_of(tvb, pinfo, tvb:raw())
        end)
    end
    local payload = tvb:raw()
    if is_guess and not session:may_be_of_interest(payload) then
        local ports = session.server_ports
        if not ports or not (ports[pinfo.src_port] or ports[pinfo.dst_port]) then
            return nil
        end
    end
    return session:add(datagram_of(tvb, pinfo, payload), insist)
end

-- The phase of a chat that a message belongs to, as the timeline of chatsniff tells it.
local phases = {
    register = "setup", registered = "setup", ["name-taken"] = "setup",
    unregister = "teardown", unregistered = "teardown", message = "transfer",
}

local function add_links(plugin, session, told, tree)
    local fields = plugin.fields
    show.add_links(plugin, told, tree)
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

local function add_all(plugin, session, told, tvb, item)
    if told.message then
        show.add_message(plugin, item, tvb, told.message)
    else
        show.add_unknown(plugin, item, tvb:raw())
    end
    add_parties(plugin, session, told, item)
    add_links(plugin, session, told, item)
end

-- Dissects a datagram. session: what is known about the UDP chats of this capture. plugins: by protocol name. insist:
-- the protocol that the user says this is, or nil. is_guess: no port says that it is a chat. Returns how many bytes
-- were dissected; 0 if it belongs to no chat.
function udp.dissect(session, plugins, tvb, pinfo, tree, insist, is_guess)
    if pinfo.in_error_pkt then
        return 0 -- an ICMP error quotes it: that says nothing new
    end
    local told = look_up(session, tvb, pinfo, insist, is_guess)
    local plugin = told and plugins[told.protocol.name]
    if not plugin or (is_guess and not plugin.is_guessed) then
        return 0
    end
    if is_guess and not told.conversation.is_claimed then
        -- From here on Wireshark gives us this conversation's packets without asking any heuristics.
        told.conversation.is_claimed = true
        pinfo.conversation = plugin.proto
    end
    local info = show.columns(plugin, pinfo, tree, false, sentences.of_datagram, session, told)
    local item = show.start(plugin, tree, tvb, info)
    if item then
        add_all(plugin, session, told, tvb, item)
    end
    for _, found in ipairs(sentences.notice(session, told, pinfo.visited) or NOTHING) do
        item = item or tree:add(plugin.proto, tvb())
        item:add_proto_expert_info(plugin.experts[found[1]], found[2])
    end
    return tvb:reported_len()
end

return udp
