//! How many confirmations money on a chain needs: the more money, the more.

use crate::config::bad;
use nexa_core::domain::refusal::Refusal;
use serde::Deserialize;

/// The setting `confirmations`: a number, or steps.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Wanted {
    Always(u32),
    Steps(Vec<Step>),
}

/// One of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// Up to this amount in minor units; the last step has none.
    up_to: Option<i64>,
    confirmations: u32,
}

/// How many confirmations an amount needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Depth(Vec<(i64, u32)>);

impl Depth {
    /// Confirmations that a transfer of `minor` units needs to be final.
    pub(crate) fn wanted(&self, minor: i64) -> u64 {
        let step = self.0.iter().find(|(up_to, _)| minor <= *up_to).or_else(|| self.0.last());
        step.map_or(u64::MAX, |(_, confirmations)| u64::from(*confirmations))
    }

    /// Reads the setting `confirmations`; `usual` is what holds without it.
    pub(crate) fn parse(wanted: Option<Wanted>, usual: &[(i64, u32)]) -> Result<Self, Refusal> {
        let steps: Vec<(i64, u32)> = match wanted {
            None => usual.to_vec(),
            Some(Wanted::Always(confirmations)) => vec![(i64::MAX, confirmations)],
            Some(Wanted::Steps(steps)) => {
                steps.iter().map(|step| (step.up_to.unwrap_or(i64::MAX), step.confirmations)).collect()
            }
        };
        let rising = steps.windows(2).all(|pair| matches!(pair, [(a, x), (b, y)] if a < b && x <= y));
        let open_end = steps.last().is_some_and(|(up_to, _)| *up_to == i64::MAX);
        // A transfer without a confirmation can be replaced by its sender.
        let sane = steps.iter().all(|(up_to, confirmations)| *up_to > 0 && (1..=144).contains(confirmations));
        if rising && open_end && sane {
            Ok(Self(steps))
        } else {
            Err(bad("confirmations", "1 to 144, rising with the amount, the last step without up_to"))
        }
    }
}
