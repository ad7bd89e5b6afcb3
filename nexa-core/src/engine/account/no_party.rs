//! A program that was built without passkeys: there is no relying party, so nothing of it can be asked.

use crate::{domain::refusal::Refusal, error::Result};
use serde_json::Value;
use uuid::Uuid;

/// Nobody has one.
pub(super) enum Party {}

/// What a new passkey is.
pub(super) struct Made {
    pub(super) id: Vec<u8>,
    pub(super) credential: String,
}

/// Whom an answer names, before it is believed.
pub(super) fn named(_: &Value) -> Result<(Uuid, Vec<u8>), Refusal> {
    Err(Refusal::PasskeyUnavailable)
}

impl Party {
    pub(super) fn new(_: &str, _: &str) -> Result<Self, Refusal> {
        Err(Refusal::PasskeyUnavailable)
    }

    pub(super) fn begin(&self, _: Uuid, _: &str, _: &[String]) -> Result<(Value, String)> {
        match *self {}
    }

    pub(super) fn made(&self, _: Value, _: &str) -> Result<Made> {
        match *self {}
    }

    pub(super) fn ask(&self) -> Result<(Value, String)> {
        match *self {}
    }

    pub(super) fn shown(&self, _: Value, _: &str, _: &str) -> Result<Option<String>> {
        match *self {}
    }
}
