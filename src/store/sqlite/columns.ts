/** The columns of a Message in table `messages`. */
export const messageColumns = `messages.id, messages.from_user_id AS fromUserId,
  messages.to_user_id AS toUserId, messages.content, messages.created_at AS createdAt`
