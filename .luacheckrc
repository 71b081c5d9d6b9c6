-- luacheck of the Wireshark plugin; the unit tests run outside Wireshark.
std = "lua52"
max_line_length = 120
files["dissector"] = {
    read_globals = {
        "Address", "base", "ByteArray", "debug", "Dir", "DissectorTable", "expert", "Field", "frametype", "get_version",
        "gui_enabled", "Listener", "MENU_TOOLS_UNSORTED", "NSTime", "Pref", "Proto", "ProtoExpert", "ProtoField",
        "register_menu", "report_failure", "retap_packets", "TextWindow", "apply_filter", "set_filter", "get_filter",
    },
}
