# What messengers and browsers show, and what their readers chose to hear.
matter-payment = Payment
matter-subscription = Your subscription
matter-reminder = Reminder
matter-news = News
matter-support = Support
action-open-subscription = Open subscription
action-renew = Renew
action-buy-traffic = Buy traffic
action-top-up = Top up wallet
action-open-wallet = Open wallet
action-open-plans = Choose a plan
action-open-order = Open order

notice-payment-confirmed = Your payment is confirmed. We are setting everything up now.
    .full = Your payment of { $amount } is confirmed. We are setting everything up now.
notice-ends-in-six-hours = Your subscription ends in six hours. Renew it to stay connected.
    .full = Your subscription “{ $plan }” ends in six hours. Renew it to stay connected.
notice-traffic-very-low = 95 percent of your traffic are used. Buy more or renew to stay connected.
    .full = 95 percent of the traffic of “{ $plan }” are used. Buy more or renew to stay connected.
notice-not-connected = Your subscription is ready, but nothing has connected yet. Open it to see how to set up your device.
    .full = Your subscription “{ $plan }” is ready, but nothing has connected yet. Open it to see how to set up your device.

reach-title = Messages
reach-hint = Messages about payments and your subscriptions always come. The rest is up to you.
reach-reminders = Reminders before time or traffic run out
reach-news = News and offers
reach-support = Answers from support
reach-quiet = Quiet hours
reach-quiet-hint = Until they end, only what is important comes to your device. Times are those of { $zone }.
reach-from = From
reach-until = Until
reach-save = Save

