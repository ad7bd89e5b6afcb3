# What operators do, as customers see it.
notice-extended = The shop added time or traffic to your subscription for free.
    .full = The shop added time or traffic to your subscription “{ $plan }” for free. It runs until { $until }.
page-order-given = A gift from the shop
page-maintenance = Closed for maintenance: nothing can be bought for the moment. What you have goes on working.
