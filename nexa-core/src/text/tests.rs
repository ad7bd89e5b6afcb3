mod dates;
mod office;

use super::*;
use crate::{
    domain::pack::PackKind,
    ids::{OrderId, PaymentId, SubscriptionId},
};
use proptest::prelude::*;
use uuid::Uuid;

#[expect(clippy::too_many_lines, reason = "two lines for each notice")]
fn notices() -> Vec<Notice> {
    let subscription = SubscriptionId::from(Uuid::nil());
    let payment = PaymentId::from(Uuid::nil());
    let order = OrderId::from(Uuid::nil());
    let price = Money::new(1_250_000, Currency::Irr);
    let all = vec![
        Notice::Ready { subscription },
        Notice::Adopted { subscription },
        Notice::Renewed { subscription },
        Notice::Ended { subscription },
        Notice::Exhausted { subscription },
        Notice::Grace { subscription, hours: 24, traffic: Traffic::bytes(500 << 20) },
        Notice::LinkReset { subscription },
        Notice::Moved { subscription },
        Notice::PaymentSeen { payment, order },
        Notice::PaymentConfirmed { payment, order },
        Notice::PaymentShort { payment, order },
        Notice::MoneyInWallet { payment },
        Notice::ReceiptRejected { payment, order },
        Notice::OrderExpired { order },
        Notice::WalletToppedUp { order },
        Notice::Refunded { order },
        Notice::SentBack { amount: price },
        Notice::Frozen { subscription },
        Notice::Thawed { subscription },
        Notice::EndsInThreeDays { subscription },
        Notice::EndsInOneDay { subscription },
        Notice::EndsInSixHours { subscription },
        Notice::TrafficLow { subscription },
        Notice::TrafficVeryLow { subscription },
        Notice::NotConnected { subscription },
        Notice::AutoRenewSoon { subscription, price },
        Notice::AutoRenewLacks { subscription, price, lack: price },
        Notice::AutoRenewFailed { subscription },
        Notice::AutoRenewOff { subscription },
        Notice::PlanChanged { subscription },
        Notice::Extended { subscription },
        Notice::CouponGiven {
            code: crate::domain::coupon::OwnCode::of(&crate::secret::digest("")),
            until: Timestamp::UNIX_EPOCH,
        },
        Notice::TicketAnswered { ticket: Uuid::nil().into() },
        Notice::PackAdded { subscription, what: PackKind::Traffic },
        Notice::PackAdded { subscription, what: PackKind::Devices },
        Notice::CreditLow,
        Notice::CreditOut,
        Notice::InvoiceIssued,
        Notice::InvoiceUnpaid,
        Notice::SupplyStopped,
        Notice::GiftReady { order },
        Notice::GiftClaimed { order },
        Notice::WithdrawalPaid { amount: price },
        Notice::WithdrawalRefused { amount: price },
        Notice::InvitationRewarded { reward: price },
        Notice::InvitationRewardTakenBack { reward: price },
        Notice::WelcomeCredited { welcome: price },
        Notice::WelcomeCreditTakenBack { welcome: price },
    ];
    // Whoever adds a variant is stopped here and adds it above.
    for notice in &all {
        match notice {
            Notice::Ready { .. }
            | Notice::CouponGiven { .. }
            | Notice::Adopted { .. }
            | Notice::Renewed { .. }
            | Notice::Ended { .. }
            | Notice::Exhausted { .. }
            | Notice::Grace { .. }
            | Notice::LinkReset { .. }
            | Notice::Moved { .. }
            | Notice::PaymentSeen { .. }
            | Notice::PaymentConfirmed { .. }
            | Notice::PaymentShort { .. }
            | Notice::MoneyInWallet { .. }
            | Notice::ReceiptRejected { .. }
            | Notice::OrderExpired { .. }
            | Notice::WalletToppedUp { .. }
            | Notice::Refunded { .. }
            | Notice::SentBack { .. }
            | Notice::Frozen { .. }
            | Notice::Thawed { .. }
            | Notice::EndsInThreeDays { .. }
            | Notice::EndsInOneDay { .. }
            | Notice::EndsInSixHours { .. }
            | Notice::TrafficLow { .. }
            | Notice::TrafficVeryLow { .. }
            | Notice::NotConnected { .. }
            | Notice::AutoRenewSoon { .. }
            | Notice::AutoRenewLacks { .. }
            | Notice::AutoRenewFailed { .. }
            | Notice::AutoRenewOff { .. }
            | Notice::PlanChanged { .. }
            | Notice::GiftReady { .. }
            | Notice::GiftClaimed { .. }
            | Notice::WithdrawalPaid { .. }
            | Notice::WithdrawalRefused { .. }
            | Notice::InvitationRewarded { .. }
            | Notice::InvitationRewardTakenBack { .. }
            | Notice::WelcomeCredited { .. }
            | Notice::WelcomeCreditTakenBack { .. }
            | Notice::Extended { .. }
            | Notice::TicketAnswered { .. }
            | Notice::CreditLow
            | Notice::CreditOut
            | Notice::InvoiceIssued
            | Notice::InvoiceUnpaid
            | Notice::SupplyStopped
            | Notice::PackAdded { .. } => {}
        }
    }
    all
}

fn is_persian(text: &str) -> bool {
    text.chars().any(|c| ('\u{0600}'..='\u{06ff}').contains(&c))
}

fn is_russian(text: &str) -> bool {
    text.chars().any(|c| ('\u{0400}'..='\u{04ff}').contains(&c))
}

/// Letters of the Arabic keyboard, which look like Persian ones and break searching.
fn has_arabic_letters(text: &str) -> bool {
    text.contains(['\u{064a}', '\u{0643}', '\u{0649}'])
}

fn money_of(minor: i64, currency: Currency) -> [String; 3] {
    Locale::ALL.map(|locale| money(locale, Money::new(minor, currency)))
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn every_refusal_has_a_sentence() {
    for example in Refusal::examples() {
        let key = format!("refusal-{}", example.code().replace('_', "-"));
        let [fa, en, ru] = Locale::ALL.map(|locale| refusal(locale, &example));
        assert!(fa != key && is_persian(&fa) && !has_arabic_letters(&fa), "{key}: {fa}");
        assert!(en != key && !is_persian(&en) && !is_russian(&en), "{key}: {en}");
        assert!(ru != key && is_russian(&ru), "{key}: {ru}");
        assert!([fa, en, ru].iter().all(|text| !text.contains("{$")), "{key}");
    }
}

#[test]
fn every_notice_has_a_sentence_with_and_without_data() {
    let args = [
        ("plan", Arg::Text("Gold")),
        ("amount", Arg::Money(Money::new(1_250_000, Currency::Irr))),
        ("until", Arg::Date(Timestamp::UNIX_EPOCH)),
    ];
    for example in notices() {
        for locale in Locale::ALL {
            let short = notice(locale, &example);
            let full = notice_with(locale, &example, &args);
            assert_eq!(is_persian(&short), locale == Locale::Fa, "{short}");
            assert_eq!(is_russian(&short), locale == Locale::Ru, "{short}");
            assert!(!short.starts_with("notice-") && !has_arabic_letters(&short), "{short}");
            // What says all by itself has one sentence only.
            assert!((full == short) == alone(&example) && !full.contains("notice-"), "{full}");
            assert_eq!(notice_with(locale, &example, &[]), short);
        }
    }
}

/// Whether a message says all by itself, at most with the amount that it carries.
const fn alone(notice: &Notice) -> bool {
    matches!(
        notice,
        Notice::SentBack { .. }
            | Notice::WithdrawalPaid { .. }
            | Notice::WithdrawalRefused { .. }
            | Notice::InvitationRewarded { .. }
            | Notice::InvitationRewardTakenBack { .. }
            | Notice::WelcomeCredited { .. }
            | Notice::WelcomeCreditTakenBack { .. }
            | Notice::CouponGiven { .. }
            | Notice::CreditLow
            | Notice::CreditOut
            | Notice::InvoiceIssued
            | Notice::InvoiceUnpaid
            | Notice::SupplyStopped
    )
}

#[test]
fn every_notice_is_a_message_with_a_title_and_something_to_do() {
    for example in notices() {
        for locale in Locale::ALL {
            let told = message(locale, &example);
            assert_eq!(told.text, plain(&notice(locale, &example)));
            assert!(!told.actions.is_empty(), "{}", example.key());
            let labels = told.actions.iter().map(|(_, label)| label).chain([&told.title]);
            for text in labels {
                assert_eq!(is_persian(text), locale == Locale::Fa, "{text}");
                assert_eq!(is_russian(text), locale == Locale::Ru, "{text}");
                assert!(!text.starts_with("action-") && !text.starts_with("matter-"), "{text}");
                assert!(text.chars().count() <= 30, "a button is narrow: {text}");
            }
        }
    }
    for matter in crate::domain::notice::Matter::ALL {
        let key = format!("matter-{}", matter.key());
        assert_ne!(get(Locale::En, &key), key);
    }
}

#[test]
fn every_alert_has_a_sentence() {
    use crate::domain::alert::Alert;
    let nil = Uuid::nil();
    let alerts = [
        Alert::ReceiptUploaded { payment: nil.into() },
        Alert::DepositWaits { deposit: nil.into() },
        Alert::TicketOpened { ticket: nil.into() },
        Alert::TicketReplied { ticket: nil.into() },
        Alert::TicketOverdue { ticket: nil.into(), message: nil.into() },
        Alert::OrderFlagged { order: nil.into() },
        Alert::JobGivenUp { job: nil.into() },
        Alert::WebhookStopped { webhook: nil.into() },
        Alert::PostbackLost,
        Alert::WithdrawalAsked { withdrawal: nil.into() },
        Alert::CommissionHeld { commission: nil.into() },
        Alert::ServerDown { server: nil.into() },
        Alert::LargePayment { order: nil.into() },
        Alert::CreditOut { reseller: nil.into() },
        Alert::BackupFailed,
    ];
    let amount = Arg::Money(Money::new(1_250_000, Currency::Irr));
    let args = [("amount", amount), ("server", Arg::Text("fra-1")), ("job", Arg::Text("provision"))];
    let args = [&args[..], &[("reseller", Arg::Text("fra-1"))]].concat();
    for example in alerts {
        let [fa, en, ru] = Locale::ALL.map(|locale| alert(locale, &example, &args));
        assert!(is_persian(&fa) && is_russian(&ru) && !is_persian(&en) && !is_russian(&en), "{en}");
        assert!([fa, en, ru].iter().all(|text| !text.contains("alert-") && !text.contains('{')));
    }
}

#[test]
fn arguments_stand_in_the_sentence() {
    let missing = Refusal::NotEnoughFunds { missing: Money::new(1_250_000, Currency::Irr) };
    assert_eq!(plain(&refusal(Locale::Fa, &missing)), "موجودی کیف پول شما ۱۲۵٬۰۰۰ تومان کم است.");
    assert_eq!(plain(&refusal(Locale::En, &missing)), "Your wallet is short of 1,250,000 IRR.");
    let (subscription, price) = (SubscriptionId::from(Uuid::nil()), Money::new(500, Currency::Usd));
    let lack = Money::new(120, Currency::Usd);
    let told = plain(&notice(Locale::En, &Notice::AutoRenewLacks { subscription, price, lack }));
    assert!(told.contains("for 5.00 USD") && told.contains("lacks 1.20 USD"), "{told}");
    let wait = Refusal::TooManyAttempts { wait_seconds: 1 };
    assert_eq!(refusal(Locale::En, &wait), "Too many attempts. Please wait one second.");
    let field = Refusal::bad_input("traffic_bytes", "1 MiB to 1,000,000 GiB");
    assert_eq!(plain(&refusal(Locale::Fa, &field)), "لطفاً «حجم» را بررسی کنید.");
    let unknown = Refusal::bad_input("utm_source", "odd");
    assert_eq!(plain(&refusal(Locale::En, &unknown)), "Please check “utm_source”.");
    let large = Refusal::TooLarge { limit: 5 << 20 };
    assert_eq!(plain(&refusal(Locale::Fa, &large)), "این فایل بزرگ است. حداکثر حجم مجاز ۵ مگابایت است.");
}

#[test]
fn a_missing_sentence_is_its_key() {
    assert_eq!(get(Locale::Fa, "no-such-key"), "no-such-key");
    assert_eq!(get(Locale::En, "notice-ready.full"), "notice-ready.full", "an argument is missing");
    assert_eq!(get(Locale::En, ""), "");
    assert_eq!(find(Locale::Fa, "a.b.c $", &[]), None);
    let mut languages = languages();
    languages.sort();
    assert_eq!(languages, ["en", "fa", "ru"]);
}

#[test]
fn isolates_are_kept_and_can_be_taken_out() {
    let text = with(Locale::Fa, "valid-until", &[("until", Arg::Text("X"))]);
    assert_eq!(text, "اعتبار تا \u{2068}X\u{2069}");
    assert_eq!(plain(&text), "اعتبار تا X");
}

#[test]
fn money_as_people_write_it() {
    assert_eq!(
        money_of(1_250_000, Currency::Irr),
        ["۱۲۵٬۰۰۰ تومان", "1,250,000 IRR", "1\u{a0}250\u{a0}000 IRR"]
    );
    assert_eq!(money_of(125_005, Currency::Irr), ["۱۲٬۵۰۰٫۵ تومان", "125,005 IRR", "125\u{a0}005 IRR"]);
    assert_eq!(money_of(0, Currency::Irr), ["۰ تومان", "0 IRR", "0 IRR"]);
    assert_eq!(money_of(7, Currency::Irr), ["۰٫۷ تومان", "7 IRR", "7 IRR"]);
    assert_eq!(money_of(1250, Currency::Usd), ["۱۲٫۵۰ دلار", "12.50 USD", "12,50 $"]);
    assert_eq!(money_of(49_900, Currency::Rub), ["۴۹۹٫۰۰ روبل", "499.00 RUB", "499,00 ₽"]);
    assert_eq!(
        money_of(-100_000, Currency::Eur),
        ["\u{200e}−۱٬۰۰۰٫۰۰ یورو", "-1,000.00 EUR", "-1\u{a0}000,00 €"]
    );
    assert_eq!(money_of(100_000, Currency::Ltc), ["۰٫۰۰۱ لایت‌کوین", "0.001 LTC", "0,001 LTC"]);
    assert_eq!(
        money_of(1, Currency::Xmr),
        ["۰٫۰۰۰۰۰۰۰۰۰۰۰۱ مونرو", "0.000000000001 XMR", "0,000000000001 XMR"]
    );
    assert_eq!(money_of(5_000_000, Currency::Usdt), ["۵ تتر", "5 USDT", "5 USDT"]);
    assert_eq!(money_of(50, Currency::Xtr), ["۵۰ استار", "50 Stars", "50 Stars"]);
    assert_eq!(
        money_of(i64::MAX, Currency::Irr),
        [
            "۹۲۲٬۳۳۷٬۲۰۳٬۶۸۵٬۴۷۷٬۵۸۰٫۷ تومان",
            "9,223,372,036,854,775,807 IRR",
            "9\u{a0}223\u{a0}372\u{a0}036\u{a0}854\u{a0}775\u{a0}807 IRR"
        ]
    );
    assert_eq!(
        money_of(i64::MIN, Currency::Btc),
        [
            "\u{200e}−۹۲٬۲۳۳٬۷۲۰٬۳۶۸٫۵۴۷۷۵۸۰۸ بیت‌کوین",
            "-92,233,720,368.54775808 BTC",
            "-92\u{a0}233\u{a0}720\u{a0}368,54775808 BTC"
        ]
    );
}

#[test]
fn traffic_and_days_as_people_write_them() {
    let show = |bytes| Locale::ALL.map(|locale| traffic(locale, Traffic::bytes(bytes)));
    assert_eq!(show(0), ["۰ مگابایت", "0 MiB", "0 МБ"]);
    assert_eq!(show(700 << 20), ["۷۰۰ مگابایت", "700 MiB", "700 МБ"]);
    assert_eq!(show((1 << 30) - 1), ["۱٬۰۲۳٫۹ مگابایت", "1,023.9 MiB", "1\u{a0}023,9 МБ"]);
    assert_eq!(show(50 << 30), ["۵۰ گیگابایت", "50 GiB", "50 ГБ"]);
    assert_eq!(show((50 << 30) + (512 << 20)), ["۵۰٫۵ گیگابایت", "50.5 GiB", "50,5 ГБ"]);
    assert_eq!(
        show(u64::MAX),
        ["۸٬۵۸۹٬۹۳۴٬۵۹۱٫۹ گیگابایت", "8,589,934,591.9 GiB", "8\u{a0}589\u{a0}934\u{a0}591,9 ГБ"]
    );
    assert_eq!([days(Locale::En, 1), days(Locale::En, 30)], ["1 day", "30 days"]);
    assert_eq!([days(Locale::Fa, 1), days(Locale::Fa, 3650)], ["۱ روز", "۳٬۶۵۰ روز"]);
    assert_eq!(days(Locale::En, u32::MAX), "4,294,967,295 days");
    assert_eq!(digits(Locale::Fa, "a1۲"), "a۱۲");
}

#[test]
fn russian_words_follow_their_number() {
    for (count, shown) in [
        (0, "0 дней"),
        (1, "1 день"),
        (2, "2 дня"),
        (4, "4 дня"),
        (5, "5 дней"),
        (11, "11 дней"),
        (14, "14 дней"),
        (21, "21 день"),
        (30, "30 дней"),
        (1_002, "1\u{a0}002 дня"),
    ] {
        assert_eq!(days(Locale::Ru, count), shown);
    }
    let wait = |wait_seconds| plain(&refusal(Locale::Ru, &Refusal::TooManyAttempts { wait_seconds }));
    assert_eq!(wait(1), "Слишком много попыток. Подождите 1 секунду.");
    assert_eq!(wait(22), "Слишком много попыток. Подождите 22 секунды.");
    assert_eq!(wait(3_600), "Слишком много попыток. Подождите 3\u{a0}600 секунд.");
    let missing = Refusal::NotEnoughFunds { missing: Money::new(1_250_000, Currency::Rub) };
    assert_eq!(plain(&refusal(Locale::Ru, &missing)), "В кошельке не хватает 12\u{a0}500,00 ₽.");
    let until = [("plan", Arg::Text("Gold")), ("until", Arg::Date(moment("2026-11-24T12:00:00Z")))];
    let ready = Notice::Ready { subscription: SubscriptionId::from(Uuid::nil()) };
    let sentence = "Подписка «Gold» готова и действует до 24 ноября 2026.";
    assert_eq!(plain(&notice_with(Locale::Ru, &ready, &until)), sentence, "one full stop");
}

proptest! {
    #[test]
    fn money_loses_nothing(minor: i64, index in 0..Currency::ALL.len()) {
        let amount = Money::new(minor, Currency::ALL[index]);
        let shown = money(Locale::En, amount).replace(',', "");
        let (number, _) = shown.split_once(' ').unwrap();
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let width = usize::try_from(amount.currency.decimals()).unwrap();
        prop_assert_eq!(format!("{whole}{fraction:0<width$}").parse::<i64>().unwrap(), minor);
    }

    #[test]
    fn any_moment_can_be_written(second in Timestamp::MIN.as_second()..Timestamp::MAX.as_second()) {
        let moment = Timestamp::from_second(second).unwrap();
        for locale in Locale::ALL {
            prop_assert!(!datetime(locale, moment).is_empty());
        }
    }

    #[test]
    fn any_key_can_be_asked(key in ".{0,40}") {
        prop_assert!(!get(Locale::Fa, &key).is_empty() || key.is_empty());
    }
}
