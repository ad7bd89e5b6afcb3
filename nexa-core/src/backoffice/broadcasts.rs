//! One message to many.

use super::{
    LocalBackoffice,
    bulks::{selection, shown_selection},
    model::{
        BroadcastPage, BroadcastPreviewView, BroadcastRequest, BroadcastView, ButtonView, ProgressView,
        ReaderTextView, TextsView,
    },
};
use crate::{
    domain::{
        broadcast::{Broadcast, Button, ButtonAction, Message, Progress, Segment},
        coupon,
        permission::Permission,
        refusal::Refusal,
        shop::Locale,
    },
    engine::cases,
    error::Result,
    ids::BroadcastId,
    ports::storage::Read,
    storefront::{
        model::PageRequest,
        view::{locale, moment, next, word},
    },
};
use async_trait::async_trait;

/// Messages from the shop to many of its users.
///
/// # Behaviour
/// - `draft_broadcast` writes to nobody; `preview_broadcast` counts the recipients as they are now.
/// - While recipients are still being written down, progress counts those of the segment, so it never begins with nobody.
/// - `send_broadcast` sends a broadcast once, whatever is tapped; `already_decided` says that it was sent.
/// - A button gives a coupon only of this shop, and only one that works when the broadcast is written and
///   when it is sent: `coupon_unknown`, `coupon_expired` or `coupon_used_up` otherwise.
/// - Everybody gets their own language's text, else the shop's.
/// - After `stop_broadcast` at most the message that is under way is still sent.
/// - A broadcast that is under way stops when the shop's bot is switched off.
/// - `resend_failed` writes to nobody who has it.
#[async_trait]
pub trait Broadcasts: Send + Sync {
    /// Writes a broadcast, to be looked at and sent.
    async fn draft_broadcast(&self, request: BroadcastRequest) -> Result<BroadcastView>;
    /// How many it would go to now, and what they would read.
    async fn preview_broadcast(&self, broadcast_id: &str) -> Result<BroadcastPreviewView>;
    /// Sends it. `key` makes a repeat harmless.
    async fn send_broadcast(&self, broadcast_id: &str, key: String) -> Result<BroadcastView>;
    /// Sends nothing more of it.
    async fn stop_broadcast(&self, broadcast_id: &str) -> Result<BroadcastView>;
    /// Sends one that is done again to those for whom it failed.
    async fn resend_failed(&self, broadcast_id: &str) -> Result<BroadcastView>;
    /// One broadcast and how far it is.
    async fn broadcast(&self, broadcast_id: &str) -> Result<BroadcastView>;
    /// Broadcasts, newest first.
    async fn broadcasts(&self, page: PageRequest) -> Result<BroadcastPage>;
}

#[async_trait]
impl Broadcasts for LocalBackoffice {
    async fn draft_broadcast(&self, request: BroadcastRequest) -> Result<BroadcastView> {
        self.who.may(Permission::Broadcasts)?;
        let (segment, message) = (self.segment(&request)?, message(request)?);
        let id = cases::draft_broadcast(&self.core, &self.who, segment, message).await?;
        self.broadcast_view(id).await
    }

    async fn preview_broadcast(&self, broadcast_id: &str) -> Result<BroadcastPreviewView> {
        let id = self.id(Permission::Broadcasts, broadcast_id)?;
        let (shop, of, recipients) = cases::preview_broadcast(&self.core, &self.who, id).await?;
        let seen = |reader: Locale| ReaderTextView {
            locale: reader.tag().to_owned(),
            text: of.message.text(reader, shop.locale).to_owned(),
        };
        let texts = Locale::ALL.into_iter().map(seen).collect();
        Ok(BroadcastPreviewView { recipients, texts, buttons: buttons(&of.message) })
    }

    async fn send_broadcast(&self, broadcast_id: &str, key: String) -> Result<BroadcastView> {
        let id = self.id(Permission::Broadcasts, broadcast_id)?;
        cases::send_broadcast(&self.core, &self.who, id, key).await?;
        self.broadcast_view(id).await
    }

    async fn stop_broadcast(&self, broadcast_id: &str) -> Result<BroadcastView> {
        let id = self.id(Permission::Broadcasts, broadcast_id)?;
        cases::stop_broadcast(&self.core, &self.who, id).await?;
        self.broadcast_view(id).await
    }

    async fn resend_failed(&self, broadcast_id: &str) -> Result<BroadcastView> {
        let id = self.id(Permission::Broadcasts, broadcast_id)?;
        cases::resend_failed(&self.core, &self.who, id).await?;
        self.broadcast_view(id).await
    }

    async fn broadcast(&self, broadcast_id: &str) -> Result<BroadcastView> {
        self.broadcast_view(self.id(Permission::Broadcasts, broadcast_id)?).await
    }

    async fn broadcasts(&self, request: PageRequest) -> Result<BroadcastPage> {
        let page = self.page(Permission::Broadcasts, &request)?;
        let mut read = self.read(Permission::Broadcasts).await?;
        let rows = read.broadcasts(self.who.shop_id, page).await?;
        let mut items = Vec::new();
        for row in &rows {
            items.push(shown(read.as_mut(), row).await?);
        }
        Ok(BroadcastPage { items, next: next(&rows, page, |b| b.id.to_string()) })
    }
}

impl LocalBackoffice {
    async fn broadcast_view(&self, id: BroadcastId) -> Result<BroadcastView> {
        let mut read = self.read(Permission::Broadcasts).await?;
        let of = read.broadcast(self.who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
        shown(read.as_mut(), &of).await
    }

    fn segment(&self, request: &BroadcastRequest) -> Result<Segment> {
        let missing = |field| Refusal::bad_input(field, "is missing");
        Ok(match request.segment.as_str() {
            "all" => Segment::All,
            "trial_only" => Segment::TrialOnly,
            "active" => Segment::Active,
            "expiring" => Segment::Expiring,
            "ended" => Segment::Ended,
            "never_connected" => Segment::NeverConnected,
            "never_bought" => Segment::NeverBought,
            "no_subscription" => Segment::NoSubscription,
            "lapsed" => Segment::lapsed(request.days.ok_or(missing("days"))?)?,
            "plan" => Segment::Plan {
                plan: self
                    .id(Permission::Broadcasts, request.plan_id.as_deref().ok_or(missing("plan_id"))?)?,
            },
            "group" => Segment::Group {
                group: self
                    .id(Permission::Broadcasts, request.group_id.as_deref().ok_or(missing("group_id"))?)?,
            },
            "language" => {
                Segment::Language { locale: locale(request.locale.as_deref())?.ok_or(missing("locale"))? }
            }
            "selected" => Segment::Selected {
                selection: selection(request.selection.as_ref().ok_or(missing("selection"))?)?,
            },
            _ => return Err(Refusal::bad_input("segment", "unknown").into()),
        })
    }
}

fn message(request: BroadcastRequest) -> Result<Message, Refusal> {
    let TextsView { fa, en, ru } = request.texts;
    let button = |button: ButtonView| -> Result<Button, Refusal> {
        let action = match (button.action.as_str(), button.url, button.code) {
            ("buy", None, None) => ButtonAction::Buy,
            ("renew", None, None) => ButtonAction::Renew,
            ("open", Some(url), None) => ButtonAction::Open(url),
            ("coupon", None, Some(typed)) => {
                ButtonAction::Coupon(coupon::code(&typed).ok_or(Refusal::CouponUnknown)?)
            }
            _ => {
                return Err(Refusal::bad_input(
                    "buttons",
                    "buy, renew, open with a url, or coupon with a code",
                ));
            }
        };
        Ok(Button { label: button.label.trim().to_owned(), action })
    };
    let buttons = request.buttons.unwrap_or_default().into_iter().map(button).collect::<Result<_, _>>()?;
    Ok(Message { fa, en, ru, buttons })
}

fn buttons(of: &Message) -> Vec<ButtonView> {
    let button = |button: &Button| {
        let (action, url, code) = match &button.action {
            ButtonAction::Buy => ("buy", None, None),
            ButtonAction::Renew => ("renew", None, None),
            ButtonAction::Open(url) => ("open", Some(url.clone()), None),
            ButtonAction::Coupon(code) => ("coupon", None, Some(code.clone())),
        };
        ButtonView { label: button.label.clone(), action: action.to_owned(), url, code }
    };
    of.buttons.iter().map(button).collect()
}

async fn shown(read: &mut dyn Read, of: &Broadcast) -> Result<BroadcastView> {
    let mut progress = Progress::of(&read.count_recipients(of.shop_id, of.id).await?);
    let counting = of.begun_at.filter(|_| !of.gathered && of.ended_at.is_none());
    if let Some(begun) = counting {
        progress.total = progress.total.max(read.count_segment(of.shop_id, of.segment, begun).await?);
    }
    let (plan_id, group_id, locale) = match of.segment {
        Segment::Plan { plan } => (Some(plan.to_string()), None, None),
        Segment::Group { group } => (None, Some(group.to_string()), None),
        Segment::Language { locale } => (None, None, Some(locale.tag().to_owned())),
        _ => (None, None, None),
    };
    let Message { fa, en, ru, .. } = of.message.clone();
    Ok(BroadcastView {
        broadcast_id: of.id.to_string(),
        operator_id: of.operator.to_string(),
        segment: of.segment.name().to_owned(),
        plan_id,
        group_id,
        locale,
        days: if let Segment::Lapsed { days } = of.segment { Some(days) } else { None },
        selection: match of.segment {
            Segment::Selected { selection } => Some(shown_selection(&selection)),
            _ => None,
        },
        texts: TextsView { fa, en, ru },
        buttons: buttons(&of.message),
        state: word(&of.state),
        progress: ProgressView {
            total: progress.total,
            counting: counting.is_some(),
            sent: progress.sent,
            blocked: progress.blocked,
            failed: progress.failed,
            left: progress.left(),
        },
        created_at: moment(of.created_at),
        begun_at: of.begun_at.map(moment),
        ended_at: of.ended_at.map(moment),
    })
}
