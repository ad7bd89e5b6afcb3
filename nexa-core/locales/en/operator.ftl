# What operators do, as customers see it.
notice-extended = Your subscription was extended.
    .full = Your subscription “{ $plan }” was extended and runs until { $until }.
page-order-given = A gift from the shop
page-maintenance = Closed for maintenance: nothing can be bought for the moment. What you have goes on working.
