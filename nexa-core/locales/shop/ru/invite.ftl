# Invitations: what is told about them, and why one cannot be accepted.
notice-invitation-rewarded = По вашему приглашению совершена покупка. Мы зачислили { $reward } в ваш кошелёк. Спасибо!
notice-invitation-reward-taken-back = За покупку по вашему приглашению вернули деньги, поэтому мы списали { $reward } из вашего кошелька.
notice-welcome-credited = Добро пожаловать! Вы пришли по приглашению, и мы зачислили { $welcome } в ваш кошелёк.
notice-welcome-credit-taken-back = За вашу первую покупку вернули деньги, поэтому мы списали приветственный бонус { $welcome } из вашего кошелька.
field-reward-bp = Вознаграждение
field-welcome = Приветственный бонус
page-entry-referral = Приглашение
