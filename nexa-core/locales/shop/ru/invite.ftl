# Invitations: what is told about them, and why one cannot be accepted.
notice-invitation-rewarded = По вашему приглашению совершена покупка. Мы зачислили { $reward } в ваш кошелёк. Спасибо!
notice-invitation-reward-taken-back = За покупку по вашему приглашению вернули деньги, поэтому мы списали { $reward } из вашего кошелька.
notice-welcome-credited = Добро пожаловать! Вы пришли по приглашению, и мы зачислили { $welcome } в ваш кошелёк.
notice-welcome-credit-taken-back = За вашу первую покупку вернули деньги, поэтому мы списали приветственный бонус { $welcome } из вашего кошелька.
refusal-invitation-unknown = Приглашения с таким кодом нет. Проверьте код.
refusal-own-invitation = Нельзя пригласить самого себя или прийти по приглашению того, кого вы пригласили.
refusal-already-invited = Вы уже пришли по другому приглашению.
refusal-invitation-too-late = Принять приглашение можно только до первой покупки.
field-reward-bp = Вознаграждение
field-welcome = Приветственный бонус
field-code = Код
page-entry-referral = Приглашение
