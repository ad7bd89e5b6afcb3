//! The codes of running a shop.

use super::{GATEWAYS, RETURNS, Row, SERVERS, row};

/// Running a shop.
pub const OPERATION: &[Row] = &[
    row(
        "already_decided",
        "Somebody decided already, or it changed since it was looked at.",
        &[
            RETURNS,
            "adminAcceptReceipt",
            "adminRejectReceipt",
            "adminAcceptPayment",
            "adminDismissPayment",
            "adminAssignDeposit",
            "adminDismissDeposit",
            "adminApproveCommission",
            "adminRefuseCommission",
            "adminPayWithdrawal",
            "adminRefuseWithdrawal",
            "adminResolveOrder",
            "adminMakeGifts",
            "adminSendBroadcast",
            "adminStopBroadcast",
            "adminResendBroadcast",
            "adminRenewResellerLink",
            "adminChangeGatewaySettings",
            "setPassword",
        ],
    ),
    row("said_meanwhile", "Something was said in the ticket since it was looked at.", &["adminAnswerTicket"]),
    row("selection_grew", "More subscriptions are selected than were seen.", &["adminBeginBulk"]),
    row("not_returnable", "The transfer cannot be sent back.", &[RETURNS]),
    row("return_not_covered", "The wallet no longer holds what the transfer brought.", &[RETURNS]),
    row(
        "still_in_use",
        "It is in use by plans, subscriptions or somebody.",
        &["adminRemoveGroup", "adminRemoveServer", "adminAddReseller", "adminUpdateShop", "deleteMe"],
    ),
    row(
        "name_taken",
        "The name, code or host is taken.",
        &[
            "adminAddGroup",
            "adminUpdateGroup",
            "adminAddCoupon",
            "adminAddCampaign",
            "adminAddReseller",
            "adminUpdateShop",
            "adminSetTelegram",
        ],
    ),
    row("server_known", "The shop has this server already.", &[SERVERS]),
    row(
        "unknown_kind",
        "There is no such kind of server or gateway.",
        &["adminAddServer", "adminTryServer", "adminAddGateway", "adminSetUpGateway"],
    ),
    row(
        "bad_config",
        "A setting cannot be used; `field` names it, `reason` says why.",
        &[SERVERS, GATEWAYS, "adminChangeGatewaySettings", "adminAddWebhook"],
    ),
    row("private_key", "A private key or seed phrase was given where a public key belongs.", &[GATEWAYS]),
    row("placeholder_key", "The key or address is an example that everybody knows.", &[GATEWAYS]),
    row("panel_unauthorized", "The panel does not take the key.", &[SERVERS]),
    row("panel_unreachable", "No panel answers at the address.", &[SERVERS]),
    row("panel_unsupported", "The panel's version is not supported.", &[SERVERS]),
    row(
        "below_floor",
        "The price is below the least that was agreed with the supplier.",
        &["adminTakeWare", "adminUpdatePlan", "adminSavePack"],
    ),
];
