-- SPDX-License-Identifier: GPL-2.0-or-later
-- Text from the wire: whether it is UTF-8, and which parts of it may be shown. Uses nothing of Wireshark.
local text = {}

local REPLACEMENT = "\239\191\189" -- U+FFFD

-- By the first byte of a character (RFC 3629, section 4): its length, and the range of its second byte.
local function character_shape(first)
    if first >= 0xc2 and first <= 0xdf then
        return 2, 0x80, 0xbf
    elseif first == 0xe0 then
        return 3, 0xa0, 0xbf
    elseif first == 0xed then
        return 3, 0x80, 0x9f
    elseif first >= 0xe1 and first <= 0xef then
        return 3, 0x80, 0xbf
    elseif first == 0xf0 then
        return 4, 0x90, 0xbf
    elseif first >= 0xf1 and first <= 0xf3 then
        return 4, 0x80, 0xbf
    elseif first == 0xf4 then
        return 4, 0x80, 0x8f
    end
    return nil
end

-- The length and the code point of the character at this position. If it is not valid: nil, and how many bytes of it
-- there are if the end of bytes cuts it off, else 0.
local function decode(bytes, at)
    local first = bytes:byte(at)
    if first < 0x80 then
        return 1, first
    end
    local length, low, high = character_shape(first)
    if not length then
        return nil, 0
    end
    local point = first % 2 ^ (7 - length)
    for i = 1, length - 1 do
        local byte = bytes:byte(at + i)
        if not byte then
            return nil, i
        end
        if byte < low or byte > high then
            return nil, 0
        end
        low, high = 0x80, 0xbf
        point = point * 64 + byte % 64
    end
    return length, point
end

-- Every valid character beyond ASCII matches exactly one of these, because its first byte says how many bytes follow.
local CHARACTERS = {
    "[\194-\223][\128-\191]", "\224[\160-\191][\128-\191]", "[\225-\236\238\239][\128-\191][\128-\191]",
    "\237[\128-\159][\128-\191]", "\240[\144-\191][\128-\191][\128-\191]",
    "[\241-\243][\128-\191][\128-\191][\128-\191]", "\244[\128-\143][\128-\191][\128-\191]",
}

-- Whether bytes are valid UTF-8.
function text.is_utf8(bytes)
    for i = 1, #CHARACTERS do
        if not bytes:find("[\128-\255]") then
            return true
        end
        bytes = bytes:gsub(CHARACTERS[i], " ")
    end
    return not bytes:find("[\128-\255]")
end

-- If the only mistake in bytes is a character that the end cuts off, returns how many bytes of it there are. Else nil.
function text.cut_character(bytes)
    for length = 1, math.min(3, #bytes) do
        local rest, cut = decode(bytes, #bytes - length + 1)
        if not rest and cut > 0 then
            return text.is_utf8(bytes:sub(1, -length - 1)) and cut or nil
        end
    end
    return nil
end

-- Characters that a terminal would act on, and those that change the direction of the text around them.
local function is_unsafe(point)
    return point < 0x20 or (point >= 0x7f and point < 0xa0) or point == 0x061c or point == 0xfeff
        or (point >= 0x200e and point <= 0x200f) or (point >= 0x2028 and point <= 0x202e)
        or (point >= 0x2066 and point <= 0x2069)
end

-- The same beyond ASCII, as patterns.
local UNSAFE = {
    "\194[\128-\159]", "\216\156", "\226\128[\142\143\168-\174]", "\226\129[\166-\169]", "\239\187\191",
}

local function is_safe(bytes)
    if bytes:find("[%z\1-\31\127]") or not text.is_utf8(bytes) then
        return false
    end
    if bytes:find("[\194\216\226\239]") then
        for _, unsafe in ipairs(UNSAFE) do
            if bytes:find(unsafe) then
                return false
            end
        end
    end
    return true
end

local named = { [9] = "\\t", [10] = "\\n", [13] = "\\r" }

local function escaped(point)
    return named[point] or string.format(point < 0x100 and "\\x%02x" or "\\u%04x", point)
end

-- The bytes as text that can be shown anywhere: what is not UTF-8 as U+FFFD, one a byte, and what is unsafe as an
-- escape. chatsniff shows the same.
function text.escape(bytes)
    if not bytes:find("[^\32-\126]") or is_safe(bytes) then
        return bytes -- nearly always
    end
    local parts, at = {}, 1
    while at <= #bytes do
        local plain = bytes:match("^[\32-\126]+", at)
        if plain then
            parts[#parts + 1] = plain
            at = at + #plain
        else
            local length, point = decode(bytes, at)
            if not length then
                parts[#parts + 1] = REPLACEMENT
            elseif is_unsafe(point) then
                parts[#parts + 1] = escaped(point)
            else
                parts[#parts + 1] = bytes:sub(at, at + length - 1)
            end
            at = at + (length or 1)
        end
    end
    return table.concat(parts)
end

-- Shortens text to at most limit bytes, between two characters, and adds "…" if something is left out.
function text.shorten(bytes, limit)
    if #bytes <= limit then
        return bytes
    end
    local last = limit
    while last > 0 and bytes:byte(last + 1) >= 0x80 and bytes:byte(last + 1) < 0xc0 do
        last = last - 1
    end
    return bytes:sub(1, last) .. "…"
end

-- Whether people type this: UTF-8 without control characters other than tab and line endings. may_be_cut: a character
-- may be cut off at the end.
function text.is_typed(bytes, may_be_cut)
    if bytes:find("[%z\1-\8\11\12\14-\31\127]") then
        return false
    end
    return text.is_utf8(bytes) or (may_be_cut and text.cut_character(bytes) ~= nil)
end

function text.strip(bytes)
    local first, last = bytes:find("[^ \t\n\v\f\r]"), #bytes
    while first and bytes:find("^[ \t\n\v\f\r]", last) do
        last = last - 1
    end
    return first and bytes:sub(first, last) or ""
end

-- The pieces between separators (one plain character).
function text.split(bytes, separator)
    local pieces = {}
    for piece in (bytes .. separator):gmatch("([^" .. separator .. "]*)" .. separator) do
        pieces[#pieces + 1] = piece
    end
    return pieces
end

return text
