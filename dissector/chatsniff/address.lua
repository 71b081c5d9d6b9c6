-- SPDX-License-Identifier: GPL-2.0-or-later
-- Literals of IP addresses and ports. Uses nothing of Wireshark.
local address = {}

-- Dotted decimal, as inet_pton() takes it: four numbers without leading zeros. Returns the four, or nil.
local function read_ip4(literal)
    local parts = { literal:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$") }
    if #parts ~= 4 then
        return nil
    end
    for i, digits in ipairs(parts) do
        if #digits > 3 or (#digits > 1 and digits:sub(1, 1) == "0") or tonumber(digits) > 255 then
            return nil
        end
        parts[i] = tonumber(digits)
    end
    return parts
end

-- Reads groups of up to four hexadecimal digits; an IPv4 literal may stand at the end of the last run.
local function read_groups(run, may_end_in_ip4)
    local groups = {}
    if run == "" then
        return groups
    end
    for piece in (run .. ":"):gmatch("([^:]*):") do
        groups[#groups + 1] = piece
    end
    for i, piece in ipairs(groups) do
        if piece:match("^%x%x?%x?%x?$") then
            groups[i] = tonumber(piece, 16)
        else
            local four = may_end_in_ip4 and i == #groups and read_ip4(piece)
            if not four then
                return nil
            end
            groups[i] = four[1] * 256 + four[2]
            groups[i + 1] = four[3] * 256 + four[4]
            break
        end
    end
    return groups
end

-- RFC 4291, section 2.2: eight groups, or fewer with one "::". Returns the eight numbers, or nil.
local function read_ip6(literal)
    local before, after = literal:match("^(.-)::(.*)$")
    if not before then
        local groups = read_groups(literal, true)
        return groups and #groups == 8 and groups or nil
    end
    if after:find("::", 1, true) or after:sub(1, 1) == ":" then
        return nil
    end
    local first, last = read_groups(before, false), read_groups(after, true)
    if not first or not last or #first + #last > 7 then
        return nil
    end
    local groups = {}
    for i = 1, 8 do
        groups[i] = first[i] or last[i - 8 + #last] or 0
    end
    return groups
end

-- The one spelling of an address by which it is compared; nil if the literal is not an address.
function address.canonical(literal)
    if #literal > 45 then
        return nil
    end
    local parts = read_ip4(literal)
    if parts then
        return table.concat(parts, ".")
    end
    parts = read_ip6(literal)
    if not parts then
        return nil
    end
    for i, group in ipairs(parts) do
        parts[i] = string.format("%x", group)
    end
    return table.concat(parts, ":")
end

function address.is_multicast(canonical)
    local first = canonical:match("^(%d+)%.")
    if first then
        first = tonumber(first)
        return first >= 224 and first <= 239
    end
    return canonical:match("^ff%x%x:") ~= nil
end

-- A decimal number from 1 to 65535 without sign or leading zero; nil otherwise.
function address.port(literal)
    local digits = literal:match("^[1-9]%d?%d?%d?%d?$")
    local number = digits and tonumber(digits)
    return number and number <= 65535 and number or nil
end

return address
