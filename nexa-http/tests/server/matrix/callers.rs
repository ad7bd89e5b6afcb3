//! Everybody who may come, and what they come with.

use super::table::Needs;
use crate::office::scene::Scene;
use jiff::SignedDuration;
use nexa_core::{
    backoffice::model::{ApiKeyRequest, InviteMemberRequest, SecondFactorRequest},
    domain::{
        permission::{Needed as _, Permission, Permissions},
        user::Principal,
    },
    storefront::model::{SignInRequest, SignUpRequest},
};

/// Somebody, and what is expected of the doors.
pub struct Caller {
    pub name: String,
    /// A session or a key; nothing for a guest.
    pub token: String,
    pub is: Who,
}

/// What somebody is to the shop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Comes with nothing.
    Guest,
    /// Comes with what is not good, or not any more.
    Unknown,
    /// Whose things are asked for.
    Holder,
    /// Another customer.
    Other,
    /// Of the staff, with these.
    Staff(Permissions),
    /// The owner.
    Owner,
    /// A program of the owner's with all scopes, and these permissions.
    Program(Permissions),
    /// A program that only reads.
    Reader,
}

impl Who {
    /// What somebody of the staff may do.
    pub fn permissions(self) -> Option<Permissions> {
        match self {
            Self::Staff(all) | Self::Program(all) => Some(all),
            Self::Owner => Some(Permissions::all()),
            _ => None,
        }
    }

    /// Whether somebody is let in.
    pub fn is_let_in(self, needs: Needs) -> bool {
        let program = matches!(self, Self::Program(_) | Self::Reader);
        let stranger = matches!(self, Self::Guest | Self::Unknown);
        match needs {
            Needs::Nobody => self != Self::Unknown,
            Needs::Read => !stranger,
            Needs::Buy => !stranger && self != Self::Reader,
            Needs::Session => !stranger && !program,
            Needs::MineToRead | Needs::MineToBuy => self == Self::Holder,
            Needs::Staff => self.permissions().is_some(),
            // What no permission gives is an owner's.
            Needs::Owner => {
                self == Self::Owner || matches!(self, Self::Program(all) if all == Permissions::all())
            }
            Needs::OneOf(any) => self.permissions().is_some_and(|held| any.met_by(&held)),
        }
    }
}

/// Somebody whom the shop's office let in: their session.
pub async fn member(scene: &Scene, permissions: Permissions) -> (String, String) {
    let office = scene.shop.office().await;
    let wish = InviteMemberRequest {
        name: "A colleague".to_owned(),
        permissions: permissions.names(),
        owner: false,
    };
    let invited = office.invite_member(wish).await.unwrap();
    let token = invited.link.rsplit('/').next().unwrap();
    let keys = scene.shop.nexa.frontdesk().claim(token).await.unwrap();
    assert!(keys.api_key.is_empty(), "no key comes with an invitation");
    (invited.member.user_id, session(scene, keys.account_number).await)
}

/// A session of an account number.
pub async fn session(scene: &Scene, number: String) -> String {
    let guest = scene.shop.nexa.storefront(Principal::guest(scene.shop.id));
    let with = SignInRequest { account_number: Some(number), ..SignInRequest::default() };
    guest.sign_in(with).await.unwrap().token
}

async fn key(scene: &Scene, scopes: &[&str], permissions: Option<Permissions>) -> (String, String) {
    let made = ApiKeyRequest {
        label: "a program".to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        permissions: permissions.map(|all| all.names()),
        days: 30,
    };
    let key = scene.shop.office().await.add_api_key(made).await.unwrap();
    (key.key_id, key.token.unwrap())
}

/// Everybody. The clock moves, so this comes before the holder has anything.
pub async fn everybody(scene: &Scene) -> Vec<Caller> {
    let shop = &scene.shop;
    let office = shop.office().await;
    office.set_second_factor_rule(SecondFactorRequest { required: false }).await.unwrap();
    let mut all = vec![Caller { name: "a guest".to_owned(), token: String::new(), is: Who::Guest }];
    let mut add = |name: &str, token: String, is: Who| all.push(Caller { name: name.to_owned(), token, is });
    add("an owner whose session has ended", session(scene, scene.number.clone()).await, Who::Unknown);
    scene.clock.advance(SignedDuration::from_hours(13));
    let (id, token) = key(scene, &["read", "buy", "manage"], None).await;
    office.remove_api_key(&id).await.unwrap();
    add("a key that was taken away", token, Who::Unknown);
    add("the owner of another shop", scene.next_door().await, Who::Unknown);
    let (gone, token) = member(scene, Permissions::all()).await;
    office.remove_member(&gone).await.unwrap();
    add("somebody who was of the staff", token, Who::Unknown);
    let guest = shop.nexa.storefront(Principal::guest(shop.id));
    let blocked = guest.sign_up(SignUpRequest::default()).await.unwrap().session;
    office.block_user(&blocked.user_id, true).await.unwrap();
    add("a blocked customer", blocked.token, Who::Unknown);
    add("another customer", shop.customer(1000).await, Who::Other);
    for one in Permission::ALL {
        let held: Permissions = [one].into_iter().collect();
        let name = format!("staff with {}", one.name());
        add(&name, member(scene, held).await.1, Who::Staff(held));
    }
    add("staff with everything", member(scene, Permissions::all()).await.1, Who::Staff(Permissions::all()));
    let some: Permissions = [Permission::Support].into_iter().collect();
    add(
        "a program with support",
        key(scene, &["read", "buy", "manage"], Some(some)).await.1,
        Who::Program(some),
    );
    add("a program that reads", key(scene, &["read"], None).await.1, Who::Reader);
    add("the owner's program", shop.key.clone(), Who::Program(Permissions::all()));
    add("the owner", session(scene, scene.number.clone()).await, Who::Owner);
    all
}
