package store

// InboxStatus is the expression that the index of the inbox has.
const InboxStatus = inboxStatus
