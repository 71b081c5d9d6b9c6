-- luacheck of the Wireshark plugin and its tests. Only the files named here may know Wireshark: the others run, and are
-- tested, without it.
std = "lua52"
max_line_length = 120
local wireshark = {
    read_globals = {
        "Address", "base", "ByteArray", "Dir", "Dissector", "DissectorTable", "expert", "Field", "frametype", "get_preference",
        "gui_enabled", "Listener", "MENU_TOOLS_UNSORTED", "NSTime", "Pref", "Proto", "ProtoExpert", "ProtoField",
        "register_menu", "report_failure", "retap_packets", "TextWindow",
    },
}
for _, name in ipairs { "fields", "menu", "register", "show", "tcp", "udp" } do
    files["dissector/chatsniff/" .. name .. ".lua"] = wireshark
end
files["tests/dissector"] = {
    globals = {
        "TestAddress", "TestDescription", "TestLines", "TestPattern", "TestRecognition", "TestReport", "TestSession",
        "TestText",
    },
}
