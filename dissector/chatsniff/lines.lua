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

function lines.new()
    return setmetatable({ segments = {}, by_frame = {}, streams = {} }, lines)
end

-- Where the segments of a stream start (of those that start at the same place, each longer than the one before) and
-- stop. The same addresses and ports can have several streams, one after the other.
function lines:stream(number)
    local stream = self.streams[number]
    if not stream then
        stream = { starts = {}, stops = {} }
        self.streams[number] = stream
    end
    return stream
end

-- The segment of a frame, made where there is none. sequence, stream: its relative sequence number and the number of
-- its stream; nil where they are not known. is_absolute: the number does not say how far from the beginning it is.
function lines:segment(frame, length, sequence, stream, is_absolute)
    local segment = self.by_frame[frame]
    if not segment then
        segment = { frame = frame, length = length, position = #self.segments + 1, pending = 0, tail = "" }
        self.segments[segment.position] = segment
        self.by_frame[frame] = segment
    end
    if sequence and stream and not segment.sequence then
        local places = self:stream(stream)
        segment.sequence, segment.stream, segment.is_absolute = sequence, stream, is_absolute
        local stop = places.stops[sequence + length]
        if not stop or stop.frame > frame then
            places.stops[sequence + length] = segment
        end
        local same = places.starts[sequence] or {}
        places.starts[sequence] = same
        if #same == 0 or same[#same].length < length then
            same[#same + 1] = segment
        end
    end
    return segment
end

-- The longest segment that starts there, of those before a frame; nil for none.
function lines:earlier(stream, sequence, frame)
    local same = self:stream(stream).starts[sequence] or {}
    for i = #same, 1, -1 do
        if same[i].frame < frame then
            return same[i]
        end
    end
    return nil
end

-- How many bytes at the front of a segment an earlier frame has brought already.
function lines:count_repeated(segment)
    local skip = 0
    while segment.sequence and skip < segment.length do
        local earlier = self:earlier(segment.stream, segment.sequence + skip, segment.frame)
        if not earlier then
            break
        end
        skip = skip + earlier.length
    end
    return skip
end

-- The segment before a place in the stream; nil, and whether there is a gap: bytes that this dissector was not shown.
function lines:before(segment, sequence)
    local previous = self.segments[segment.position - 1]
    if previous and previous.stream and segment.stream and previous.stream ~= segment.stream then
        previous = nil
    end
    if not sequence then
        return previous, false
    end
    local found = self:stream(segment.stream).stops[sequence]
    if found and found.frame < segment.frame then
        return found, false
    elseif previous and not previous.sequence then
        return previous, false -- it may be, and nothing speaks against it
    end
    return nil, previous ~= nil or (sequence > 1 and not segment.is_absolute)
end

-- The last n bytes before a segment, which belong to a line begun, and the frames that brought them, oldest first.
function lines:pending_before(segment, sequence, n)
    local pieces, frames = {}, {}
    local previous = self:before(segment, sequence)
    while previous and n > 0 do
        local piece = previous.tail:sub(-n)
        table.insert(pieces, 1, piece)
        table.insert(frames, 1, previous.frame)
        n = n - #piece
        if #piece == 0 then
            break
        end
        previous = self:before(previous, previous.sequence)
    end
    return table.concat(pieces), frames
end

-- What a segment's bytes are: a list of lines. Each: text (line feed included where it has one), first (the offset in
-- bytes, from 0, of what this segment brings of it), length (of that), whole (its beginning was seen), ended (it has
-- its line feed), split (it is told in pieces, since it is too long), frames (those that brought the beginning).
-- Second result: what is begun and not ended, of the same shape, or nil; third: how many bytes came again.
function lines:tell(segment, bytes)
    local told = {}
    local skip = math.min(self:count_repeated(segment), #bytes)
    local sequence = segment.sequence and segment.sequence + skip
    local previous, gap = self:before(segment, sequence)
    local pending = previous and previous.pending or 0
    local whole = not gap and not (previous and previous.pending > 0 and previous.partial)
    if skip == #bytes and skip > 0 then
        segment.pending, segment.tail = pending, ""
        return told, nil, skip
    end
    local at, frames, text = skip + 1, nil, nil
    if pending > 0 then
        text, frames = self:pending_before(segment, sequence, pending)
        if #text < pending then
            whole = false
        end
    end
    text, frames = text or "", frames or {}
    while at <= #bytes do
        local stop = bytes:find("\n", at, true)
        local length = (stop or #bytes) - at + 1
        local room = MAX_LINE - #text
        local split = length > room or (length == room and not stop)
        length = math.min(length, room)
        local piece = {
            text = text .. bytes:sub(at, at + length - 1), first = at - 1, length = length, whole = whole,
            ended = stop ~= nil and not split, split = split, frames = frames,
        }
        at = at + length
        if not stop and not split then
            segment.pending, segment.tail, segment.partial = #piece.text, bytes:sub(-length), not whole
            return told, piece, skip
        end
        told[#told + 1] = piece
        text, frames, whole = "", {}, true
    end
    segment.pending, segment.tail, segment.partial = 0, "", false
    return told, nil, skip
end

-- Whether no later segment of this direction is known: then what it begins is a last line without line feed.
function lines:is_last(segment)
    return segment.position == #self.segments
end

return lines
