-- SPDX-License-Identifier: GPL-2.0-or-later
-- The Wireshark plugin of chatsniff: registers a dissector for each protocol that is described beside this file
-- (*.ini), or in the project's chat/protocol. Wireshark 4.0 and later, Lua 5.2 to 5.4.
--
-- This file alone registers anything; those in chatsniff/ only return what they offer. Installed, all stand in one
-- folder chatsniff, of which Wireshark runs each file by itself, in any order.
local FOLDER = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or "./"

-- Installed and given with -X lua_script: as well: the second one has nothing to add.
if package.loaded["chatsniff.is_registered"] then
    return
end
package.loaded["chatsniff.is_registered"] = true
package.path = FOLDER .. "?.lua;" .. FOLDER .. "../?.lua;" .. package.path

-- What is known of a capture stays until it is closed, so that looking for garbage often finds little.
collectgarbage("setpause", 400)

local register = require "chatsniff.register"

local DESCRIPTIONS = { FOLDER, FOLDER .. "../chat/protocol/" }

register.all(DESCRIPTIONS)
