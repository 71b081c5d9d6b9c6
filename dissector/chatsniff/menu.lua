-- SPDX-License-Identifier: GPL-2.0-or-later
-- The report of a capture's chats: in Wireshark under Tools → Chat, in tshark with the preference "report".
local menu = {}

-- The reports: the value of the preference, the menu's entry, and the function of report.lua that makes the text from
-- the session and the TCP chats of the open capture.
local function entries(report)
    return {
        { "users", "Users and rooms", report.users_and_rooms },
        { "transcript", "Conversation as a transcript", report.transcript },
        { "findings", "Findings", report.findings },
    }
end

menu.choices = { { 0, "none", 0 }, { 1, "users", 1 }, { 2, "transcript", 2 }, { 3, "findings", 3 }, { 4, "all", 4 } }

-- Opens a window that shows a report, and fills it again whenever packets are read again.
local function open_window(title, make, filter)
    local window = TextWindow.new("Chat: " .. title)
    local tap = Listener.new("frame", filter)
    local function fill()
        window:set(make())
    end
    function tap.draw()
        fill()
    end
    window:set_atclose(function()
        tap:remove()
    end)
    retap_packets()
    fill()
end

-- report: report.lua. state(): the session of UDP chats and the TCP chats. filter: a display filter for all of them.
function menu.register(report, state, filter)
    if not gui_enabled() then
        return
    end
    for _, entry in ipairs(entries(report)) do
        register_menu("Chat/" .. entry[2], function()
            open_window(entry[2], function()
                return entry[3](state())
            end, filter)
        end, MENU_TOOLS_UNSORTED)
    end
end

-- Prints what the preference asks for when tshark has read all packets.
function menu.print_at_end(report, state, filter, choice)
    local tap = Listener.new("frame", filter)
    function tap.draw()
        for i, entry in ipairs(entries(report)) do
            if choice == i or choice == 4 then
                print(entry[2] .. "\n" .. entry[3](state()))
            end
        end
    end
end

return menu
