-- SPDX-License-Identifier: GPL-2.0-or-later
-- The lines of a TCP direction, put together from its segments. Uses nothing of Wireshark.
--
-- Wireshark could put them together itself (desegment_len), but then loses text: it never shows a last line without
-- line feed, and nothing at all if its reassembly is switched off. So each segment is handled by itself, and a line is
-- shown with the segment that completes it. Sequence numbers show what is contiguous. If they are not known (Wireshark
-- builds no tree in the first of two passes), segments count in the order of the capture.
local lines = {}
lines.__index = lines

-- A longer line is shown in pieces: nobody types such a line, and this bounds what is kept.
local MAX_LINE = 64 * 1024
-- How many segments to look back for one that came out of order.
local MAX_LOOK_BACK = 1000

local NONE = {}

-- A segment is a number, its position among those of the direction. What is known about all segments is in one list,
-- which costs far less than a table for each. The values of a segment begin after (segment - 1) * SIZE:
local FRAME = 1
local STREAM, START, STOP = 2, 3, 4 -- stream; sequence numbers of its first byte and after its last; false: unknown
local NEW = 5     -- the sequence number of its first byte that did not come before; false: unknown
local PENDING = 6 -- how many bytes of an unfinished line there are at its end
local TAIL = 7    -- those of these bytes that it brought; false: none
local PARTIAL = 8 -- whether the beginning of that line is missing
local SIZE = 8

-- is_relative: sequence numbers are relative, so that the first byte of a stream has number 1.
function lines.new(is_relative)
    return setmetatable({ is_relative = is_relative, n = 0, is_disordered = false }, lines)
end

function lines:get(segment, what)
    return self[(segment - 1) * SIZE + what]
end

function lines:set(segment, what, value)
    self[(segment - 1) * SIZE + what] = value
end

-- Adds the segment of a frame that is seen for the first time, and returns its number.
function lines:add(frame)
    local at = self.n * SIZE
    self.n = self.n + 1
    self[at + FRAME], self[at + STREAM], self[at + START], self[at + STOP] = frame, false, false, false
    self[at + NEW], self[at + PENDING], self[at + TAIL], self[at + PARTIAL] = false, 0, false, false
    return self.n
end

-- Notes where a segment belongs: its length, sequence number and stream, if these are known. The same addresses and
-- ports can have several streams, one after the other.
function lines:locate(segment, length, sequence, stream)
    if sequence and stream then
        local at = (segment - 1) * SIZE
        self[at + STREAM], self[at + START], self[at + STOP] = stream, sequence, sequence + length
    end
end

-- The newest segment before this one, of the same stream, for which fits(start, stop) holds; nil for none.
function lines:look_back(segment, fits)
    local stream = self:get(segment, STREAM)
    for n = segment - 1, math.max(1, segment - MAX_LOOK_BACK), -1 do
        if self:get(n, STREAM) == stream and fits(self:get(n, START), self:get(n, STOP)) then
            return n
        end
    end
    return nil
end

-- How many bytes at the beginning of a segment were already brought by earlier frames.
function lines:count_repeated(segment)
    local first, before = self:get(segment, START), segment > 1 and self:get(segment - 1, STOP)
    if not first or not before or (before <= first and not self.is_disordered) then
        return 0 -- nearly always
    end
    self.is_disordered = true
    local at = first
    local function brings_next(start, stop)
        return start <= at and stop > at
    end
    while at < self:get(segment, STOP) do
        local earlier = self:look_back(segment, brings_next)
        if not earlier then
            break
        end
        at = self:get(earlier, STOP)
    end
    return math.min(at, self:get(segment, STOP)) - first
end

-- The segment that ends where this sequence number begins, or nil. Second result: whether there is a gap before it,
-- bytes that this dissector was not shown.
function lines:before(segment, sequence)
    local previous = segment > 1 and segment - 1 or nil
    local stream, other = self:get(segment, STREAM), previous and self:get(previous, STREAM)
    if not previous or (stream and other and stream ~= other) then
        return nil, self.is_relative and sequence and sequence > 1
    elseif not sequence or not other or self:get(previous, STOP) == sequence then
        return previous, false
    end
    self.is_disordered = true
    local found = self:look_back(segment, function(_, stop)
        return stop == sequence
    end)
    return found, found == nil
end

-- The n bytes before a segment, which belong to an unfinished line, and the frames that brought them.
function lines:pending_before(segment, sequence, n)
    local pieces, frames = {}, {}
    local previous = self:before(segment, sequence)
    while previous and n > 0 and self:get(previous, PENDING) > 0 do
        local tail = self:get(previous, TAIL)
        if tail then
            pieces[#pieces + 1] = tail:sub(-n)
            table.insert(frames, 1, self:get(previous, FRAME))
            n = n - #pieces[#pieces]
        end
        previous = self:before(previous, self:get(previous, NEW))
    end
    for i = 1, math.floor(#pieces / 2) do
        pieces[i], pieces[#pieces + 1 - i] = pieces[#pieces + 1 - i], pieces[i]
    end
    return table.concat(pieces), frames
end

function lines:keep(segment, pending, tail, is_partial)
    local at = (segment - 1) * SIZE
    self[at + PENDING], self[at + TAIL], self[at + PARTIAL] = pending, tail, is_partial
end

-- Splits bytes into lines, from a position on. text: the part of the first line that came before, in frames; whole: its
-- beginning was seen. Returns the lines, and the unfinished one at the end, or nil.
local function take_apart(bytes, at, text, frames, whole)
    local told = {}
    while at <= #bytes do
        local stop = bytes:find("\n", at, true)
        local length = (stop or #bytes) - at + 1
        local room = MAX_LINE - #text
        local split = length > room or (length == room and not stop)
        length = math.min(length, room)
        local brought = length == #bytes and bytes or bytes:sub(at, at + length - 1)
        local piece = {
            text = text == "" and brought or text .. brought, first = at - 1, length = length, whole = whole,
            ended = stop ~= nil and not split, split = split, frames = frames,
            typed = nil, message = nil, why = nil, -- the caller adds these: growing a table later costs time
        }
        if not stop and not split then
            return told, piece
        end
        told[#told + 1] = piece
        at, text, frames, whole = at + length, "", NONE, true
    end
    return told, nil
end

-- Splits a segment into lines. Returns a list of lines, each with: text (with its line feed, if it has one), first
-- (where its part in this segment begins, in bytes from 0), length (of that part), whole (its beginning was seen),
-- ended (it has its line feed), split (it is shown in pieces because it is too long), frames (those that brought its
-- beginning). Second result: the unfinished line, with the same values, or nil. Third: how many bytes were sent again.
function lines:tell(segment, bytes)
    local skip = math.min(self:count_repeated(segment), #bytes)
    local start = self:get(segment, START)
    local sequence = start and start + skip
    local previous, gap = self:before(segment, sequence)
    local pending = previous and self:get(previous, PENDING) or 0
    local is_partial = pending > 0 and self:get(previous, PARTIAL)
    self:set(segment, NEW, sequence or false)
    if skip == #bytes then
        self:keep(segment, pending, false, is_partial)
        return NONE, nil, skip
    end
    local text, frames = "", NONE
    if pending > 0 then
        text, frames = self:pending_before(segment, sequence, pending)
        is_partial = is_partial or #text < pending
    end
    local told, begun = take_apart(bytes, skip + 1, text, frames, not gap and not is_partial)
    if begun then
        self:keep(segment, #begun.text, bytes:sub(-begun.length), not begun.whole)
    else
        self:keep(segment, 0, false, false)
    end
    return told, begun, skip
end

-- Whether no later segment of this direction is known: then a line that it begins is a last line without line feed.
function lines:is_last(segment)
    return segment == self.n
end

return lines
