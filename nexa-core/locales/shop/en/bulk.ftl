# Changes of many subscriptions, and messages to many.
bulks = Many at once
bulk-which = Which subscriptions
bulk-which-hint = Those for which all of this holds. You see first how many they are; nothing is changed before.
bulk-any = Any
bulk-server = On the server
bulk-state = State
bulk-ended = Ended within so many days
bulk-from = Customer since (first day)
bulk-before = Customer before (this day is not among them)
bulk-what = What is done
bulk-step = To each of them
bulk-step-extend = Add days or traffic
bulk-step-move = Move to another group of servers
bulk-step-suspend = Stop
bulk-step-resume = Let go on
bulk-step-coupon = Give each customer a coupon of their own
bulk-step-notice = Write to each customer
bulk-coupon = Coupon of their own
bulk-coupon-hint = Only to give coupons: each customer gets one code that nobody else can use, for one purchase, and hears of it. Days and traffic are those from above. Whoever has several subscriptions gets one.
bulk-notice = Message
bulk-notice-hint = Only to write: it goes out as a broadcast, once to each customer who has Telegram and wants news. You see it before it is sent.
bulk-group = Group of servers
bulk-group-hint = Only to move: the link stays the same, and from then on only plans of that group renew them.
bulk-preview = See how many
bulk-count = { $count ->
        [one] { $count } subscription
       *[other] { $count } subscriptions
    }
bulk-first = The first of them:
bulk-begin = Do it to { $count ->
        [one] { $count } subscription
       *[other] { $count } subscriptions
    }
bulk-past = Until now
bulk-refresh = Refresh
bulk-left-out = could not be changed:
bulk-state-running = Under way
bulk-state-done = Done
bulk-state-stopped = Stopped
bulk-stop = Stop
office-done-begun = It has begun and goes on by itself.
office-deed-bulk-begun = Many subscriptions were changed
office-deed-bulk-stopped = A change of many was stopped
field-count = number
field-ended-within-days = days
field-ended = days
field-registered-before = day
field-to = last day
field-before = day
field-step = what is done
field-group-id = group
field-texts = text
field-buttons = buttons
field-segment = recipients

broadcasts = Messages
broadcast = Message to many
broadcast-past = Until now
broadcast-new = New message
broadcast-hint = It goes to customers with Telegram, through the shop's bot. You see first what they would read and how many they are.
broadcast-to = To whom
segment-all = Everybody
segment-active = Who has a subscription in use
segment-expiring = Whose subscription ends within three days
segment-ended = Whose subscription ended within 30 days
segment-never-connected = Who has never connected
segment-never-bought = Who has never bought
segment-trial-only = Who had a trial only
segment-plan = Of one plan
segment-group = Of one group of servers
segment-language = Of one language
broadcast-plan = Plan (with “of one plan”)
broadcast-group = Group (with “of one group”)
broadcast-language = Language (with “of one language”)
broadcast-button = Button under it
broadcast-label = What it says
broadcast-action = What it does
broadcast-action-none = No button
broadcast-action-buy = Shows the plans
broadcast-action-renew = Shows how to renew
broadcast-action-open = Opens an address
broadcast-url = Address that it opens
broadcast-look = Look at it
broadcast-state-draft = Draft
broadcast-state-sending = Being sent
broadcast-state-done = Done
broadcast-state-stopped = Stopped
broadcast-recipients = { $count ->
        [one] { $count } recipient
       *[other] { $count } recipients
    }
broadcast-send = Send to { $count ->
        [one] { $count } customer
       *[other] { $count } customers
    }
broadcast-total = Recipients
broadcast-counting = still being counted
broadcast-sent = Have it
broadcast-blocked = Cannot be reached
broadcast-failed = Failed
broadcast-left = Still to come
broadcast-resend = Try the failed ones again

office-deed-link-renewed = A customer got a new link
office-deed-order-resolved = An order was looked at
office-deed-gifts-made = Gifts were made
care-link = New link
care-link-hint = The link now in use dies at once, and the customer is told to use the new one.
care-resolve = This was seen
care-gifts = Gift codes
care-gifts-hint = Codes that give a plan to whoever claims them, for nothing.
care-gifts-count = How many, at most 200
care-gifts-make = Make them and download the codes
office-done-renewed = It has a new link.
segment-no-subscription = Who has no subscription
segment-lapsed = Whose last subscription ended some days ago
segment-selected = Whose subscriptions were selected
broadcast-days = Days ago, at least (with “ended some days ago”)
broadcast-action-coupon = Gives a coupon
broadcast-code = Code of the coupon (with “gives a coupon”)
