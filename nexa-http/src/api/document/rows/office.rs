//! The codes of running a shop.

use super::{Row, row};

const TRYING_GATEWAYS: &[&str] = &["adminAddGateway", "adminSetUpGateway", "adminUpdateGateway"];

/// Running a shop.
pub const OPERATION: &[Row] = &[
    row(
        "already_decided",
        "Somebody decided already, or it changed since it was looked at.",
        &[
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
            "adminSendBack",
            "adminRefundOrderToPayer",
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
    row("not_returnable", "The transfer cannot be sent back.", &["adminSendBack", "adminRefundOrderToPayer"]),
    row(
        "return_not_covered",
        "The wallet no longer holds what the transfer brought.",
        &["adminSendBack", "adminRefundOrderToPayer"],
    ),
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
    row(
        "server_known",
        "The shop has this server already.",
        &["adminAddServer", "adminTryServer", "adminUpdateServer"],
    ),
    row(
        "unknown_kind",
        "There is no such kind of server or gateway.",
        &["adminAddServer", "adminTryServer", "adminAddGateway", "adminSetUpGateway"],
    ),
    row(
        "bad_config",
        "A setting cannot be used; `field` names it, `reason` says why.",
        &[
            "adminAddServer",
            "adminTryServer",
            "adminUpdateServer",
            "adminAddGateway",
            "adminSetUpGateway",
            "adminUpdateGateway",
            "adminChangeGatewaySettings",
            "adminAddWebhook",
        ],
    ),
    row("private_key", "A private key or seed phrase was given where a public key belongs.", TRYING_GATEWAYS),
    row("placeholder_key", "The key or address is an example that everybody knows.", TRYING_GATEWAYS),
    row(
        "panel_unauthorized",
        "The panel does not take the key.",
        &["adminAddServer", "adminTryServer", "adminUpdateServer"],
    ),
    row(
        "panel_unreachable",
        "No panel answers at the address.",
        &["adminAddServer", "adminTryServer", "adminUpdateServer"],
    ),
    row(
        "panel_unsupported",
        "The panel's version is not supported.",
        &["adminAddServer", "adminTryServer", "adminUpdateServer"],
    ),
    row(
        "below_floor",
        "The price is below the least that was agreed with the supplier.",
        &["adminTakeWare", "adminUpdatePlan", "adminSavePack"],
    ),
];
