-- luacheck of the Wireshark plugin and its tests; the latter run outside Wireshark.
std = "lua52"
max_line_length = 120
files["dissector"] = {
    read_globals = {
        "Address", "base", "ByteArray", "debug", "Dir", "DissectorTable", "expert", "Field", "frametype",
        "get_preference", "gui_enabled", "Listener", "MENU_TOOLS_UNSORTED", "NSTime", "Pref", "Proto", "ProtoExpert",
        "ProtoField", "register_menu", "report_failure", "retap_packets", "TextWindow",
    },
}
files["tests/dissector"] = {
    globals = {
        "TestAddress", "TestDescription", "TestLines", "TestPattern", "TestRecognition", "TestReport", "TestSession",
        "TestText",
    },
}
