-- SPDX-License-Identifier: GPL-2.0-or-later
-- Which reply answers which request, within one conversation of a client and a server, or of two peers. Uses nothing of
-- Wireshark.
--
-- No datagram of the chat carries a number, so only content and order decide:
-- - A request asked again while it is unanswered is the same request; its answer belongs to the first asking.
-- - A reply answers the oldest unanswered request that it fits; a request that has waited longer than PATIENCE only if
--   no other fits. If no request is unanswered, but one was asked more often than it was answered, the reply is its
--   answer given again.
-- - The first datagram of an answer opens it; the datagrams that follow belong to the answer that was opened last. A
--   list may have no form that opens it: then its entries belong to the newest list of their kind.
-- - A list of peers that nobody asked for is a notice: somebody else's request caused it.
--
-- A request: frame and time (seconds) of the first asking, by (the endpoint that asks), form, argument (its first one,
-- or nil), asked (how often), answers (how many datagrams open an answer to it), replies (all their frames).
local requests = {}
requests.__index = requests

local PATIENCE = 10 -- seconds
local MAX_OUTSTANDING, MAX_ANSWERED = 64, 16

-- is_stream: for TCP, where nothing is lost: a request that comes twice was made twice, and answers come in order.
function requests.new(is_stream)
    return setmetatable({ is_stream = is_stream, outstanding = {}, answered = {}, open = nil }, requests)
end

function requests:drop(list, i)
    if table.remove(list, i) == self.open then
        self.open = nil
    end
end

-- Notes the request in a datagram, and returns it; its asked is above 1 if this is a repetition.
function requests:ask(message, datagram)
    local argument = message[1]
    for i = self.is_stream and 0 or #self.outstanding, 1, -1 do
        local request = self.outstanding[i]
        if request.form == message.form and request.argument == argument and request.by == datagram.source then
            request.asked, request.asked_last = request.asked + 1, datagram.time
            return request
        end
    end
    if #self.outstanding == MAX_OUTSTANDING then
        self:drop(self.outstanding, 1)
    end
    local request = {
        frame = datagram.frame, time = datagram.time, asked_last = datagram.time, by = datagram.source,
        form = message.form, argument = argument, asked = 1, answers = 0, replies = {},
    }
    self.outstanding[#self.outstanding + 1] = request
    return request
end

-- Whether reply can be an answer to request. If the first arguments of both have the same name, they must be equal.
local function fits(reply, datagram, request)
    if request.by == datagram.source or not reply.form.answers[request.form.name] then
        return false
    end
    local argument = reply[1]
    return argument == nil or request.argument == nil or argument == request.argument
        or reply.form.argument_names[1] ~= request.form.argument_names[1]
end

-- If the protocol has a form that confirms leaving a room, a list of peers belongs to a request to leave only after
-- that confirmation.
local function waits_for_other_form(reply, request)
    return reply.form.meaning == "clear-peers" and request.form.meaning == "leave-room" and request.form.is_confirmed
end

-- The index of the outstanding request that reply answers; nil if there is none.
function requests:find_outstanding(reply, datagram)
    local given_up
    for i, request in ipairs(self.outstanding) do
        if fits(reply, datagram, request) and not waits_for_other_form(reply, request) then
            if self.is_stream or datagram.time - request.asked_last <= PATIENCE then
                return i
            end
            given_up = given_up or i
        end
    end
    return given_up
end

-- The newest answered request for which this holds.
function requests:find_answered(holds)
    for i = #self.answered, 1, -1 do
        if holds(self.answered[i]) then
            return self.answered[i]
        end
    end
    return nil
end

function requests:answer_outstanding(i)
    local request = table.remove(self.outstanding, i)
    self.answered[#self.answered + 1] = request
    request.answers = 1
    if #self.answered > MAX_ANSWERED then
        self:drop(self.answered, 1)
    end
    return "first", request
end

-- Handles a whole answer, or a datagram that opens one.
function requests:begin_answer(reply, datagram)
    local i = self:find_outstanding(reply, datagram)
    local left = self:find_answered(function(request) -- confirmed, and its list of peers has not come yet
        return not request.is_continued and fits(reply, datagram, request) and waits_for_other_form(reply, request)
    end)
    if left and (not i or left.frame < self.outstanding[i].frame) then
        left.is_continued = true
        return "continued", left
    elseif i then
        return self:answer_outstanding(i)
    end
    local repeated = self:find_answered(function(request)
        return request.answers < request.asked and fits(reply, datagram, request)
            and not waits_for_other_form(reply, request)
    end)
    if repeated then
        repeated.answers = repeated.answers + 1
        return "again", repeated
    end
    return "unknown", nil
end

-- Whether an answer with this form begins with another form, as rj __clear_peers__ begins a list of peers.
local function answer_has_first(protocol, more)
    for _, form in ipairs(protocol.forms) do
        if form.reply == "first" then
            for name in pairs(more.answers) do
                if form.answers[name] then
                    return true
                end
            end
        end
    end
    return false
end

function requests:continues_open(reply)
    return self.open ~= nil and reply.form.answers[self.open.form.name] == true
end

-- Handles an entry of a list that its own first entry opens.
function requests:continue_list(reply, datagram)
    local list = self:find_answered(function(request)
        return request.is_list and fits(reply, datagram, request)
    end)
    if list and not self:find_outstanding(reply, datagram) then
        return "continued", list
    end
    local kind, request = self:begin_answer(reply, datagram)
    if kind == "first" then
        request.is_list = true
    end
    return kind, request
end

-- Says what a message is whose form answers others, and which request it answers, or nil:
--   "first"      the request's answer, or the first datagram of it
--   "continued"  a further datagram of it
--   "again"      an answer to a request that was answered, and had been asked again
--   "notice"     it answers nothing
--   "unknown"    it answers something that was not captured
function requests:answer(protocol, reply, datagram)
    local place = reply.form.reply
    if place == "only" then
        return self:begin_answer(reply, datagram)
    elseif place == "first" then
        local kind, request = self:begin_answer(reply, datagram)
        self.open = request
        return request and kind or "notice", request
    elseif place == "more" and not answer_has_first(protocol, reply.form) then
        return self:continue_list(reply, datagram)
    elseif place == "more" and self:continues_open(reply) then
        return "continued", self.open
    end
    return "notice", nil
end

return requests
