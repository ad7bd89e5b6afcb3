# Conversations of customers with the shop.
notice-ticket-answered = Support has answered you.
    .full = Support has answered you about “{ $plan }”.
action-open-ticket = Read the answer
field-subject = Subject
field-text = Message
refusal-too-many-tickets = You have five open requests. Please close one first, or write in one of them.
refusal-too-many-messages = That was a lot at once. Please write again in an hour.
refusal-too-many-pictures = Three pictures an hour are the most. Please send the next one later.
