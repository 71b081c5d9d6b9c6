-- SPDX-License-Identifier: GPL-2.0-or-later
-- The Wireshark plugin of chatsniff: registers a dissector for each protocol that is described beside this file
-- (*.ini), or in the project's chat/protocol. Wireshark 4.0 and later, Lua 5.2 to 5.4.
--
-- Only this file registers anything; the files in chatsniff/ just return a module. When installed, all are in one
-- folder chatsniff, and Wireshark runs each file in it by itself, in any order.
local FOLDER = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or "./"

-- The plugin may be installed and also be given with -X lua_script:. Then only the first one registers.
if package.loaded["chatsniff.is_registered"] then
    return
end
package.loaded["chatsniff.is_registered"] = true
package.path = FOLDER .. "?.lua;" .. FOLDER .. "../?.lua;" .. package.path

-- What is known about a capture is kept until it is closed, so that collecting garbage often would free little.
collectgarbage("setpause", 400)

local register = require "chatsniff.register"

local DESCRIPTIONS = { FOLDER, FOLDER .. "../chat/protocol/" }

register.all(DESCRIPTIONS)
