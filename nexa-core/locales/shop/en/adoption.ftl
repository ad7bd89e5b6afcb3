# Services that customers bring along from elsewhere.
notice-adopted = Your service is here now: from now on you see and renew it with us.
    .full = Your service is here now, as “{ $plan }”: from now on you see and renew it with us.
page-order-adopted = Service brought along
page-adopt = I already have a service
page-adopt-text = If you use our servers already, bring your service along: what is left of it stays, and you can renew it here.
page-adopt-link = Your old link, or the UUID
page-adopt-take = Bring it along
page-done-adopted = Your service is here now. What was left of it is still there, and your old link works until you take a new one.
adopted = Your service is here now
adopted-hint = What was left of it is still there. Your old link works until you take a new one.
adopt-what = Your old link and the UUID in it both will do, for example from Hiddify.
bot-adopt = 🔑 I already have a service
bot-adopt-ask = Please send the link of your service. What is left of it stays, and you can renew it here.
