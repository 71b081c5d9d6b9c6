-- SPDX-License-Identifier: GPL-2.0-or-later
-- The lines of a TCP direction, put together from its segments. Uses nothing of Wireshark.
--
-- Wireshark could put them together itself (desegment_len), but then loses text: a last line without line feed is
-- never shown, and neither is anything where its reassembly is switched off. So each segment is told by itself, and a
-- line by the segment that completes it. Sequence numbers, where they are known, show what is contiguous; where they
-- are not (Wireshark builds no tree in the first of two passes), the order of the capture is taken.
local lines = {}
lines.__index = lines

-- A line longer than this is told in pieces: nobody types one, and what is kept is bounded by it.
local MAX_LINE = 64 * 1024

-- So many segments are looked back for one that came out of order.
local MAX_LOOK_BACK = 1000

function lines.new()
    return setmetatable({ segments = {}, by_frame = {} }, lines)
end

-- The segment of a frame, made where there is none. sequence, stream: its relative sequence number and the number of
-- its stream; nil where they are not known. The same addresses and ports can have several streams, one after the other.
function lines:segment(frame, length, sequence, stream)
    local segment = self.by_frame[frame]
    if not segment then
        segment = {
            frame = frame, position = #self.segments + 1, pending = 0, sequence = nil, stop = nil, stream = nil,
        }
        self.segments[segment.position] = segment
        self.by_frame[frame] = segment
    end
    if sequence and stream then
        segment.sequence, segment.stop, segment.stream = sequence, sequence + length, stream
    end
    return segment
end

-- The newest segment before this one, of the same stream, for which fits(it) holds; nil for none.
function lines:look_back(segment, fits)
    local oldest = math.max(1, segment.position - MAX_LOOK_BACK)
    for i = segment.position - 1, oldest, -1 do
        local earlier = self.segments[i]
        if earlier.stream == segment.stream and earlier.sequence and fits(earlier) then
            return earlier
        end
    end
    return nil
end

-- How many bytes at the front of a segment earlier frames have brought already.
function lines:count_repeated(segment)
    local previous = self.segments[segment.position - 1]
    local first = segment.sequence
    if not first or not previous or not previous.stop or (previous.stop <= first and not self.is_disordered) then
        return 0 -- nearly always
    end
    self.is_disordered = true
    local at = first
    repeat
        local earlier = self:look_back(segment, function(other)
            return other.sequence <= at and other.stop > at
        end)
        at = earlier and earlier.stop or at
    until not earlier or at >= segment.stop
    return math.min(at, segment.stop) - first
end

-- The segment before a place in the stream; nil, and whether there is a gap: bytes that this dissector was not shown.
function lines:before(segment, sequence)
    local previous = self.segments[segment.position - 1]
    if previous and previous.stream and segment.stream and previous.stream ~= segment.stream then
        previous = nil
    end
    if not previous then
        return nil, sequence ~= nil and sequence > 1
    elseif not sequence or not previous.sequence or previous.stop == sequence then
        return previous, false
    end
    self.is_disordered = true
    local found = self:look_back(segment, function(other)
        return other.stop == sequence
    end)
    return found, found == nil
end

-- The last n bytes before a segment, which belong to a line begun, and the frames that brought them, oldest first.
function lines:pending_before(segment, sequence, n)
    local pieces, frames = {}, {}
    local previous = self:before(segment, sequence)
    while previous and n > 0 and previous.pending > 0 do
        local piece = (previous.tail or ""):sub(-n)
        if piece ~= "" then
            table.insert(pieces, 1, piece)
            table.insert(frames, 1, previous.frame)
        end
        n = n - #piece
        previous = self:before(previous, previous.from)
    end
    return table.concat(pieces), frames
end

local NONE = {}

-- What a segment's bytes are: a list of lines. Each: text (line feed included where it has one), first (the offset in
-- bytes, from 0, of what this segment brings of it), length (of that), whole (its beginning was seen), ended (it has
-- its line feed), split (it is told in pieces, since it is too long), frames (those that brought the beginning).
-- Second result: what is begun and not ended, of the same shape, or nil; third: how many bytes came again.
function lines:tell(segment, bytes)
    local skip = math.min(self:count_repeated(segment), #bytes)
    local sequence = segment.sequence and segment.sequence + skip
    local previous, gap = self:before(segment, sequence)
    segment.from = sequence -- where what is new in it begins
    local pending = previous and previous.pending or 0
    if skip == #bytes then
        segment.pending, segment.tail, segment.partial = pending, nil, previous and previous.partial
        return NONE, nil, skip
    end
    local whole = not gap and not (pending > 0 and previous.partial)
    local text, frames = "", NONE
    if pending > 0 then
        text, frames = self:pending_before(segment, sequence, pending)
        whole = whole and #text == pending
    end
    local told, at = {}, skip + 1
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
        }
        at = at + length
        if not stop and not split then
            segment.pending, segment.tail, segment.partial = #piece.text, brought, not whole
            return told, piece, skip
        end
        told[#told + 1] = piece
        text, frames, whole = "", NONE, true
    end
    segment.pending, segment.tail, segment.partial = 0, nil, nil
    return told, nil, skip
end

-- Whether no later segment of this direction is known: then what it begins is a last line without line feed.
function lines:is_last(segment)
    return segment.position == #self.segments
end

return lines
