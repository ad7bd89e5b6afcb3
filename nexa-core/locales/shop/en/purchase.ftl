# Packs, changes of plan, renewals from the wallet, saved orders: what their rules say, and what is told about them.
notice-ends-in-three-days = Your subscription ends in three days.
    .full = Your subscription “{ $plan }” ends in three days, on { $until }.
notice-ends-in-one-day = Your subscription ends in a day. Renew it to stay connected.
    .full = Your subscription “{ $plan }” ends in a day, on { $until }. Renew it to stay connected.
notice-traffic-low = Four fifths of your traffic are used. You can buy more or renew.
    .full = Four fifths of the traffic of your subscription “{ $plan }” are used. You can buy more or renew.
notice-auto-renew-soon = Your subscription will be renewed from your wallet in two days, for { $price }.
    .full = Your subscription “{ $plan }” will be renewed from your wallet in two days, for { $price }.
notice-auto-renew-lacks = Your subscription is to be renewed from your wallet in two days, for { $price }, but the wallet lacks { $lack }. Please top it up.
    .full = Your subscription “{ $plan }” is to be renewed from your wallet in two days, for { $price }, but the wallet lacks { $lack }. Please top it up.
notice-auto-renew-failed = Your subscription could not be renewed from your wallet. We will try again at its end and a day later.
    .full = Your subscription “{ $plan }” could not be renewed from your wallet. We will try again at its end and a day later.
notice-auto-renew-off = Your subscription could not be renewed from your wallet, so automatic renewal is now off. You can renew it yourself.
    .full = Your subscription “{ $plan }” could not be renewed from your wallet, so automatic renewal is now off. You can renew it yourself.
notice-plan-changed = Your subscription has its new plan.
    .full = Your subscription now has the plan “{ $plan }” and runs until { $until }.
notice-traffic-added = More traffic was added to your subscription. It ends with the current period.
    .full = More traffic was added to your subscription “{ $plan }”. It ends with the current period, on { $until }.
notice-devices-added = Your subscription now takes more devices, until the current period ends.
    .full = Your subscription “{ $plan }” now takes more devices, until the current period ends on { $until }.

purchase-pack-traffic-rule = Extra traffic lasts until your current period ends. It does not change the end date, and a renewal does not carry it over.
purchase-pack-devices-rule = Extra devices last until your current period ends. A renewal sets the number back to the plan's.
purchase-change-rule = The new plan begins at once. What is left of the old one, by time or by traffic, whichever is less, is taken off the price; extra packs do not count.
purchase-auto-renew-rule = Your subscription is renewed from your wallet an hour before it ends, at the price of that day. We tell you two days before.
purchase-use-wallet-rule = Your wallet pays first, and you pay only the rest. Until then the wallet's part is set aside for this order.
purchase-keep-rule = Your order is kept for seven days and is paid by itself as soon as your wallet holds enough.
