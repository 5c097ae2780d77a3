// Every event type of the log, and what the model makes of it: the browser's half of gateway/events.py. No DOM.
import { putAgent, putChannel, putCustomer, putMessage, putSession } from "./store/model.js";

export const EVENTS = {
  "message.created": (model, { message }, changes) => putMessage(model, message, changes, { is_new: true }),
  "message.updated": (model, { message }, changes) => putMessage(model, message, changes),
  "session.created": (model, { session }, changes) => putSession(model, session, changes),
  "session.updated": (model, { session }, changes) => putSession(model, session, changes),
  "customer.created": (model, { customer }, changes) => putCustomer(model, customer, changes),
  "customer.updated": (model, { customer }, changes) => putCustomer(model, customer, changes),
  "agent.updated": (model, { agent }, changes) => putAgent(model, agent, changes),
  "channel.updated": (model, { channel }, changes) => putChannel(model, channel, changes),
  "access.changed": (model, fact, changes) => {
    changes.access = true;
  },
};
