-- SPDX-License-Identifier: GPL-2.0-or-later
-- Makes a Wireshark protocol of each description: its fields, preferences, ports and heuristics.
local description = require "chatsniff.description"
local fields = require "chatsniff.fields"
local session = require "chatsniff.session"
local tcp = require "chatsniff.tcp"
local text = require "chatsniff.text"
local udp = require "chatsniff.udp"

local menu = require "chatsniff.menu"
local report = require "chatsniff.report"

local register = {}

-- By protocol name, a plugin: protocol, proto (Wireshark's), fields, experts, column, ports (a set), is_hinted(port).
local plugins = {}
local by_transport = { udp = {}, tcp = {} }

-- Which report tshark prints: 0 for none; see menu.choices.
local report_printed = 0

-- What is known about the open capture.
local udp_session, tcp_session

local function reset(sequence_of)
    local is_kept = gui_enabled() or report_printed ~= 0
    udp_session = session.new(by_transport.udp, function(protocol, port)
        return plugins[protocol.name].ports[port] == true
    end, udp.endpoint_of, is_kept)
    tcp_session = tcp.new(sequence_of, udp.endpoint_of, is_kept)
end

-- "8090,9000-9002" as a set. Wireshark has checked it.
local function read_ports(range)
    local ports = {}
    for first, last in tostring(range):gmatch("(%d+)%-?(%d*)") do
        for port = tonumber(first), tonumber(last) or tonumber(first) do
            ports[port] = true
        end
    end
    return ports
end

local function ports_of(protocol)
    local list = {}
    for port in pairs(protocol.ports) do
        list[#list + 1] = port
    end
    table.sort(list)
    return table.concat(list, ",")
end

local function is_hinted_by(plugin, pinfo)
    return plugin.ports[pinfo.src_port] or plugin.ports[pinfo.dst_port]
end

local function dissect_datagram(plugin, tvb, pinfo, tree)
    -- If the port is not the protocol's, the user has asked for it (Decode As), or the chat was recognised before.
    local insist = not is_hinted_by(plugin, pinfo) and plugin.protocol or nil
    return udp.dissect(udp_session, plugins, tvb, pinfo, tree, insist)
end

local function dissect_segment(plugin, tvb, pinfo, tree)
    return tcp_session:dissect(plugins, tvb, pinfo, tree, plugin.protocol, by_transport.tcp)
end

-- The protocols that may be recognised by content, by transport.
local guessed = { udp = {}, tcp = {} }

local function guess_datagram(tvb, pinfo, tree)
    return #guessed.udp > 0 and udp.dissect(udp_session, plugins, tvb, pinfo, tree, nil, true) > 0
end

local function guess_segment(tvb, pinfo, tree)
    return #guessed.tcp > 0 and tcp_session:dissect(plugins, tvb, pinfo, tree, nil, guessed.tcp) > 0
end

local function state()
    return udp_session, tcp_session
end

local function filter_of_all()
    local names = {}
    for name in pairs(plugins) do
        names[#names + 1] = name
    end
    table.sort(names)
    return table.concat(names, " or ")
end

-- tshark prints the report that the preference of any protocol asks for.
local function apply_report(choice)
    if not gui_enabled() and choice ~= 0 and choice ~= report_printed then
        report_printed = choice
        menu.print_at_end(report, state, filter_of_all(), choice)
    end
end

local heuristics_registered = {}

local function apply_preferences(plugin)
    local proto, transport = plugin.proto, plugin.protocol.transport
    local ports = tostring(proto.prefs.ports)
    if ports ~= plugin.registered_ports then
        local dissectors = DissectorTable.get(transport .. ".port")
        if plugin.registered_ports and plugin.registered_ports ~= "" then
            dissectors:remove(plugin.registered_ports, proto)
        end
        if ports ~= "" then
            dissectors:add(ports, proto)
        end
        plugin.registered_ports, plugin.ports = ports, read_ports(ports)
    end
    -- Registered only when it is first wanted, because calling Lua for every packet costs time.
    plugin.is_guessed = proto.prefs.heuristics
    guessed[transport] = {}
    for _, protocol in ipairs(by_transport[transport]) do
        if plugins[protocol.name].is_guessed then
            table.insert(guessed[transport], protocol)
        end
    end
    if plugin.is_guessed and not heuristics_registered[transport] then
        heuristics_registered[transport] = true
        proto:register_heuristic(transport, transport == "udp" and guess_datagram or guess_segment)
    end
end

local function register_protocol(protocol, sequence_of)
    local proto = Proto(protocol.name, protocol.title)
    local plugin = { protocol = protocol, proto = proto, column = protocol.name:upper(), ports = {} }
    plugin.fields, plugin.experts = fields.register(proto, protocol.name)
    plugin.is_hinted = function(port)
        return plugin.ports[port] == true
    end
    plugins[protocol.name] = plugin
    table.insert(by_transport[protocol.transport], protocol)

    proto.prefs.ports = Pref.range("Ports", ports_of(protocol),
        "Ports on which this chat is expected. Messages between peers are found without them", 65535)
    proto.prefs.heuristics = Pref.bool("Recognise this chat on other ports", protocol.transport == "udp",
        protocol.transport == "udp" and "By its forms and by who takes part in a chat" or
        "By its first line: text that belongs to no other protocol. Takes time for each packet of unknown protocols")
    proto.prefs.report = Pref.enum("Report that tshark prints", 0, "In Wireshark: Tools, Chat", menu.choices, false)
    function proto.prefs_changed()
        apply_preferences(plugin)
        apply_report(proto.prefs.report)
    end
    function proto.init()
        plugin.dissector = Dissector.get(protocol.name) -- does not exist earlier
        reset(sequence_of)
    end
    if protocol.transport == "udp" then
        function proto.dissector(tvb, pinfo, tree)
            return dissect_datagram(plugin, tvb, pinfo, tree)
        end
    else
        function proto.dissector(tvb, pinfo, tree)
            return dissect_segment(plugin, tvb, pinfo, tree)
        end
    end
    apply_preferences(plugin)
end

local function descriptions_in(folder)
    local names, opened, listing = {}, pcall(Dir.open, folder, ".ini")
    if opened and listing then
        for name in listing do
            names[#names + 1] = name
        end
        listing:close()
    end
    table.sort(names)
    return names
end

-- The value of the field in the innermost header of a frame; nil if Wireshark has built no tree.
local function last_value(field)
    local first, second = field()
    if second then
        local all = { field() }
        return all[#all].value
    end
    return first and first.value
end

-- Reads the descriptions of the first folder that has any, and registers them.
function register.all(folders)
    local sequence, stream = Field.new("tcp.seq"), Field.new("tcp.stream")
    local function sequence_of()
        return last_value(sequence), last_value(stream)
    end
    for _, folder in ipairs(folders) do
        local names = descriptions_in(folder)
        for _, name in ipairs(names) do
            local protocol, wrong = description.read_file(folder .. name)
            if protocol then
                local registered, reason = pcall(register_protocol, protocol, sequence_of)
                wrong = not registered and { name .. ": Wireshark refuses it: " .. text.escape(tostring(reason)) }
            end
            if wrong then
                report_failure("chatsniff: " .. table.concat(wrong, "\n"))
            end
        end
        if #names > 0 then
            break
        end
    end
    reset(sequence_of)
    menu.register(report, state, filter_of_all())
end

return register
