//! Buttons, there and back.

use super::*;

fn id<T: From<Uuid>>(of: u128) -> T {
    Uuid::from_u128(of).into()
}

/// The longest of each shape, and every shape with parts.
fn samples() -> Vec<Action> {
    let most = u128::MAX;
    vec![
        Action::Home,
        Action::EnterCoupon,
        Action::DropCoupon,
        Action::SetLanguage(Locale::Fa),
        Action::Plan(id(most)),
        Action::PlanIn(id(most), Region(None)),
        Action::PlanIn(id(most), Region(Some("DE".to_owned()))),
        Action::Checkout(u32::MAX, Method::Wallet),
        Action::Checkout(u32::MAX, Method::Gateway(id(most))),
        Action::ConnectOn(id(most), Platform::Windows),
        Action::Change(id(most), id(most)),
        Action::Pack(id(most), id(most)),
        Action::RemoveDevice(id(most), Bare(Uuid::from_u128(most))),
        Action::AutoRenew(id(most), true),
        Action::MoveTo(id(most), Region(Some("DE".to_owned()))),
        Action::Pay(id(most), Method::Gateway(id(most))),
        Action::SendReceipt(id(most), id(most)),
        Action::TopUpBy(i64::MIN),
        Action::Hear(Matter::Reminders, false),
        Action::RejectReceipt(Bare(Uuid::from_u128(most)), Reason::UsedBefore),
        Action::BuyWith(Code::of(&"C".repeat(32)).unwrap()),
        Action::TopicsOn(About::Trouble),
        Action::Article(Slug::of(&"s".repeat(58)).unwrap()),
        Action::Judge(Slug::of(&"s".repeat(58)).unwrap(), false),
        Action::Give(Bare(Uuid::from_u128(most)), id(most)),
        Action::ExtendBy(id(most), u32::MAX),
        Action::Keep(u32::MAX),
        Action::AlertThread(Alert::Payments, true),
        Action::AlertsTo(true),
        Action::WhichOf(Part::Language),
        Action::WriteTo(Segment::NeverConnected),
        Action::WriteTo(Segment::Plan(id(most))),
        Action::WriteTo(Segment::Group(id(most))),
        Action::WriteTo(Segment::Language(Locale::Ru)),
    ]
}

#[test]
fn a_button_comes_back_as_it_was_and_fits() {
    for action in samples() {
        let text = action.encode();
        assert!(text.len() <= MOST_BYTES, "{text}");
        assert_eq!(Action::decode(&text), Some(action));
    }
}

#[test]
fn what_is_no_button_is_none() {
    let good = Action::Pack(id(1), id(2)).encode();
    for text in [
        "",
        ":",
        "h:",
        "h:1",
        "zz",
        "pl",
        "pl:",
        "pl:AAAA",
        "su:not-an-id",
        &good[..good.len() - 1],
        "ar:AAAAAAAAAAAAAAAAAAAAAA:2",
    ] {
        assert_eq!(Action::decode(text), None, "{text}");
    }
    assert_eq!(Action::decode(&format!("{good}:x")), None);
    assert_eq!(Action::decode("pr:AAAAAAAAAAAAAAAAAAAAAA:d<"), None);
}
