-- SPDX-License-Identifier: GPL-2.0-or-later
-- The address book as the wire shows it: which endpoints are servers, which are peers, and what they are called when.
-- An endpoint is a string that the caller makes. Uses nothing of Wireshark.
local directory = {}
directory.__index = directory

-- So many changes of one endpoint's name are remembered.
local MAX_NAMES = 16

function directory.new()
    return setmetatable({ servers = {}, peers = {}, names = {}, departures = {} }, directory)
end

function directory:add_server(endpoint, protocol)
    self.servers[endpoint] = protocol
end

function directory:add_peer(endpoint, protocol)
    self.peers[endpoint] = protocol
end

-- Where in a list ordered by frame the newest entry stands that is not later than this frame; 0: there is none.
local function position(list, frame)
    local n = #list
    while n > 0 and list[n].frame > frame do
        n = n - 1
    end
    return n
end

-- From this frame on the endpoint has a name (false: none any more). Names may be learned out of order.
function directory:set_name(endpoint, frame, name)
    local names = self.names[endpoint]
    if not names then
        names = {}
        self.names[endpoint] = names
    end
    local n = position(names, frame)
    if (n > 0 and names[n].name) == name then
        return
    end
    table.insert(names, n + 1, { frame = frame, name = name })
    if #names > MAX_NAMES then
        table.remove(names, 1)
    end
end

-- The name as known at that frame, or nil.
function directory:name(endpoint, frame)
    local names = self.names[endpoint]
    local n = names and position(names, frame) or 0
    return n > 0 and names[n].name or nil
end

-- The endpoint asked to leave (its room, or the chat), or came back (frame of asking: nil).
function directory:set_departure(endpoint, frame, left_in)
    local list = self.departures[endpoint]
    if not list then
        if not left_in then
            return
        end
        list = {}
        self.departures[endpoint] = list
    end
    table.insert(list, position(list, frame) + 1, { frame = frame, left_in = left_in })
    if #list > MAX_NAMES then
        table.remove(list, 1)
    end
end

-- The frame in which the endpoint asked to leave, if it has not come back before this one.
function directory:left_in(endpoint, frame)
    local list = self.departures[endpoint]
    local n = list and position(list, frame) or 0
    return n > 0 and list[n].left_in or nil
end

return directory
