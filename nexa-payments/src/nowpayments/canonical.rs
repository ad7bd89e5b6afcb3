//! What NOWPayments signs: the message with its members sorted at every level, written as JavaScript writes JSON.
//!
//! Numbers keep their digits: read as floats and written again, `1e-7` and `0.00000001` would change and so would the
//! signature.

use crate::processor::Members;
use serde_json::value::RawValue;

/// Deeper than any message.
const DEEPEST: u32 = 16;

/// The signed text of a message; none if it is no JSON object, or has a member twice.
pub(super) fn canonical(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let mut out = String::with_capacity(text.len());
    object(text, &mut out, DEEPEST)?;
    Some(out)
}

fn object(text: &str, out: &mut String, depth: u32) -> Option<()> {
    let Members(mut members) = serde_json::from_str(text).ok()?;
    members.sort_by(|(a, _), (b, _)| a.cmp(b));
    out.push('{');
    for (n, (name, member)) in members.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        out.push_str(&serde_json::to_string(name).ok()?);
        out.push(':');
        value(member.get(), out, depth)?;
    }
    out.push('}');
    Some(())
}

fn value(text: &str, out: &mut String, depth: u32) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    match text.bytes().next()? {
        b'{' => object(text, out, depth),
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                value(item.get(), out, depth)?;
            }
            out.push(']');
            Some(())
        }
        b'"' => {
            let plain: String = serde_json::from_str(text).ok()?;
            out.push_str(&serde_json::to_string(&plain).ok()?);
            Some(())
        }
        _ => {
            out.push_str(text);
            Some(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    const BODY: &str = r#"{"payment_id":5077125051,"payment_status":"finished","pay_address":"TXYZ","price_amount":9.99,"price_currency":"usd","pay_amount":10.05,"actually_paid":10.05,"actually_paid_at_fiat":0,"pay_currency":"usdttrc20","order_id":"ord_01J9Z","order_description":"NexaVPN 30d","purchase_id":"6084744717","outcome_amount":0.00000123,"outcome_currency":"btc","fee":{"currency":"btc","depositFee":1e-7,"withdrawalFee":0,"serviceFee":0.00000001},"invoice_id":null}"#;
    const CANON: &str = r#"{"actually_paid":10.05,"actually_paid_at_fiat":0,"fee":{"currency":"btc","depositFee":1e-7,"serviceFee":0.00000001,"withdrawalFee":0},"invoice_id":null,"order_description":"NexaVPN 30d","order_id":"ord_01J9Z","outcome_amount":0.00000123,"outcome_currency":"btc","pay_address":"TXYZ","pay_amount":10.05,"pay_currency":"usdttrc20","payment_id":5077125051,"payment_status":"finished","price_amount":9.99,"price_currency":"usd","purchase_id":"6084744717"}"#;

    #[test]
    fn members_are_sorted_and_numbers_keep_their_digits() {
        assert_eq!(canonical(BODY.as_bytes()).as_deref(), Some(CANON));
    }

    #[test]
    fn texts_are_escaped_no_more_than_needed() {
        let body = r#" { "b" : "a\/b\u0041\u06cc\n\"" , "a" : [ 10.0 , {"z":1,"y":123456789012345678901234567890} ] } "#;
        let canon = "{\"a\":[10.0,{\"y\":123456789012345678901234567890,\"z\":1}],\"b\":\"a/bAی\\n\\\"\"}";
        assert_eq!(canonical(body.as_bytes()).as_deref(), Some(canon));
    }

    #[test]
    fn what_is_no_message_has_no_signed_text() {
        let deep = format!("{}1{}", "{\"a\":".repeat(40), "}".repeat(40));
        for body in
            ["", "[]", "7", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "{\"a\":1}x", "{\"a\":}", &deep]
        {
            assert_eq!(canonical(body.as_bytes()), None, "{body}");
        }
        assert_eq!(canonical(b"{\"a\":\"\xff\"}"), None);
    }
}
