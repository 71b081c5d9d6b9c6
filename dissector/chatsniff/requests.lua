-- SPDX-License-Identifier: GPL-2.0-or-later
-- Which reply answers which request, within one conversation (PROTOCOL: a form's "answers" and "reply"). Uses nothing
-- of Wireshark.
--
-- A request: frame, time (seconds), form, argument (its first one, or nil), times (how often it was asked), answers
-- (how many whole answers it had).
local requests = {}
requests.__index = requests

-- Nothing is an answer to what was asked longer ago than this, in seconds: the programs have given it up.
local MAX_AGE = 10
-- A server that never answers must not make the list grow.
local MAX_OUTSTANDING = 64

function requests.new()
    return setmetatable({ outstanding = {}, open = nil }, requests)
end

local function is_expired(request, time)
    return time - request.last_time > MAX_AGE
end

function requests:forget_expired(time)
    for i = #self.outstanding, 1, -1 do
        if is_expired(self.outstanding[i], time) then
            table.remove(self.outstanding, i)
        end
    end
end

-- Notes a request. Returns it, and whether it is outstanding already: then it is a repetition of the first asking.
function requests:ask(message, frame, time)
    local argument = message.arguments[1]
    self:forget_expired(time)
    for _, request in ipairs(self.outstanding) do
        if request.form == message.form and request.argument == argument then
            request.times = request.times + 1
            request.last_time = time
            return request, true
        end
    end
    if #self.outstanding == MAX_OUTSTANDING then
        table.remove(self.outstanding, 1)
    end
    local request = {
        frame = frame, time = time, last_time = time, form = message.form, argument = argument, times = 1, answers = 0,
    }
    self.outstanding[#self.outstanding + 1] = request
    return request, false
end

-- Whether the reply can be an answer to the request: what both name first, they name alike.
local function fits(reply, request)
    if not reply.form.answers[request.form.name] then
        return false
    end
    local argument = reply.arguments[1]
    return argument == nil or request.argument == nil
        or reply.form.argument_names[1] ~= request.form.argument_names[1]
        or argument == request.argument
end

-- The oldest outstanding request that the reply fits.
function requests:find(reply, time)
    self:forget_expired(time)
    for i, request in ipairs(self.outstanding) do
        if fits(reply, request) then
            return i
        end
    end
    return nil
end

-- The request that the reply answers becomes the open one.
function requests:open_answer(reply, time)
    local i = self:find(reply, time)
    if not i then
        return nil
    end
    self.open = table.remove(self.outstanding, i)
    self.open.answers = self.open.answers + 1
    return self.open
end

-- An answer to a request that was asked several times and is answered already: it is given again.
function requests:answer_again(reply, time)
    local open = self.open
    if open and open.times > 1 and not is_expired(open, time) and fits(reply, open) then
        open.answers = open.answers + 1
        return open
    end
    return nil
end

-- Whether an answer that holds this form begins with a form of its own (as rj __clear_peers__ does).
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

-- Whether the server has answered the open request, and this form goes on with that answer.
local function continues(self, reply, time)
    return self.open ~= nil and not is_expired(self.open, time) and reply.form.answers[self.open.form.name]
end

-- A request to leave is answered by a form of its own; a first form belongs to it only after that.
local function may_open(self, reply, time)
    local i = self:find(reply, time)
    return i ~= nil and self.outstanding[i].form.meaning ~= "leave-room"
end

-- The request that a message answers, or nil where it is a notice; and whether that had its answer before.
function requests:answer(protocol, reply, time)
    local kind = reply.form.reply
    if kind == "only" then
        local opened = self:open_answer(reply, time)
        if opened then
            return opened, false
        end
        return self:answer_again(reply, time), true
    elseif kind == "first" then
        if may_open(self, reply, time) then
            return self:open_answer(reply, time), false
        elseif continues(self, reply, time) and self.open.form.meaning == "leave-room" and not self.open.continued then
            self.open.continued = true
            return self.open, false
        end
        local again = self:answer_again(reply, time)
        self.open = again
        return again, again ~= nil
    elseif kind == "more" then
        if continues(self, reply, time) then
            return self.open, false
        elseif not answer_has_first(protocol, reply.form) then
            return self:open_answer(reply, time), false
        end
    end
    return nil, false
end

return requests
