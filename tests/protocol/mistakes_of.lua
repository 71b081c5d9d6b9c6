-- SPDX-License-Identifier: GPL-2.0-or-later
-- What the dissector says of descriptions: lua5.2 mistakes_of.lua DISSECTOR-FOLDER FILE…, a mistake a line.
local folder = table.remove(arg, 1)
package.path = folder .. "/?.lua;" .. package.path

local description = require "chatsniff.description"

for _, path in ipairs(arg) do
    local _, wrong = description.read_file(path)
    for _, mistake in ipairs(wrong or {}) do
        print(mistake)
    end
end
