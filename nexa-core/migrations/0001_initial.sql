-- The first shape of the database. One text for every engine: {int}, {bool} and {strict} stand for what each engine
-- calls a 64-bit number, a flag and a strictly typed table; {immutable x} for whatever keeps rows of x as they are.
-- Moments are milliseconds since 1970, amounts are minor units, documents are JSON that only the program reads.

CREATE TABLE shops (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('fa', 'en', 'ru')),
    timezone TEXT,
    hosts TEXT NOT NULL,
    support_url TEXT,
    look TEXT NOT NULL,
    trial_plan TEXT,
    trial_needs TEXT NOT NULL CHECK (trial_needs IN ('none', 'telegram', 'email', 'verified')),
    adoption_plan TEXT,
    telegram TEXT,
    maintenance TEXT,
    grace_hours {int} NOT NULL CHECK (grace_hours BETWEEN 0 AND 72),
    grace_mib {int} NOT NULL CHECK (grace_mib BETWEEN 0 AND 5120),
    automatic_rates {bool} NOT NULL,
    test {bool} NOT NULL,
    created_at {int} NOT NULL
) {strict};

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    role TEXT NOT NULL CHECK (role IN ('customer', 'staff', 'operator')),
    blocked {bool} NOT NULL,
    locale TEXT CHECK (locale IN ('fa', 'en', 'ru')),
    created_at {int} NOT NULL,
    UNIQUE (shop_id, id)
) {strict};

CREATE INDEX users_in_charge ON users (shop_id, id) WHERE role = 'operator';

CREATE TABLE identities (
    shop_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('account_number', 'email', 'telegram')),
    lookup TEXT NOT NULL,
    user_id TEXT NOT NULL,
    sealed TEXT,
    password TEXT,
    verified {bool} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (shop_id, kind, lookup),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX identities_of_user ON identities (shop_id, user_id);

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('session', 'api_key', 'claim')),
    scopes TEXT NOT NULL,
    permissions TEXT,
    label TEXT NOT NULL,
    created_at {int} NOT NULL,
    last_seen {int} NOT NULL,
    proved_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX tokens_of_user ON tokens (shop_id, user_id, id);
CREATE INDEX tokens_by_end ON tokens (expires_at);

-- Whom the shop let into its office, and what they may do there.
CREATE TABLE staff (
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    permissions TEXT NOT NULL,
    since {int} NOT NULL,
    PRIMARY KEY (shop_id, user_id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};

CREATE TABLE staff_rules (
    shop_id TEXT NOT NULL PRIMARY KEY REFERENCES shops (id),
    second_factor {bool} NOT NULL
) {strict};

CREATE TABLE trials (
    shop_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('account_number', 'email', 'telegram')),
    lookup TEXT NOT NULL,
    claimed_at {int} NOT NULL,
    PRIMARY KEY (shop_id, kind, lookup)
) {strict};

CREATE TABLE server_groups (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    name TEXT NOT NULL,
    spread {int} NOT NULL CHECK (spread >= 0),
    gone {bool} NOT NULL,
    UNIQUE (shop_id, id)
) {strict};

CREATE TABLE plans (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    name TEXT NOT NULL,
    terms TEXT NOT NULL,
    group_id TEXT NOT NULL,
    prices TEXT NOT NULL,
    on_sale {bool} NOT NULL,
    created_at {int} NOT NULL,
    UNIQUE (shop_id, id),
    FOREIGN KEY (group_id) REFERENCES server_groups (id)
) {strict};

CREATE TABLE servers (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    config_sealed TEXT NOT NULL,
    version {int} NOT NULL,
    region TEXT,
    capacity {int} NOT NULL CHECK (capacity >= 0),
    state TEXT NOT NULL CHECK (state IN ('open', 'draining', 'off')),
    health TEXT NOT NULL,
    offers TEXT NOT NULL,
    sold_out TEXT NOT NULL,
    created_at {int} NOT NULL,
    gone {bool} NOT NULL,
    UNIQUE (shop_id, id),
    FOREIGN KEY (shop_id, group_id) REFERENCES server_groups (shop_id, id)
) {strict};
CREATE INDEX servers_of_group ON servers (shop_id, group_id, id);

-- What a server costs in a month; nothing where only a note is known.
CREATE TABLE server_rents (
    server_id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    cost_minor {int} CHECK (cost_minor >= 0),
    cost_currency TEXT,
    note TEXT NOT NULL,
    FOREIGN KEY (shop_id, server_id) REFERENCES servers (shop_id, id)
) {strict};

-- The order in which things are shown; what is not here comes behind.
CREATE TABLE shelves (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    shelf TEXT NOT NULL CHECK (shelf IN ('plans', 'packs', 'gateways')),
    thing TEXT NOT NULL,
    place {int} NOT NULL,
    PRIMARY KEY (shop_id, shelf, thing)
) {strict};

CREATE TABLE gateways (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    config_sealed TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    version {int} NOT NULL,
    enabled {bool} NOT NULL,
    inside {bool} NOT NULL,
    created_at {int} NOT NULL,
    UNIQUE (shop_id, id)
) {strict};

CREATE TABLE scan_marks (
    gateway_id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    version {int} NOT NULL,
    starts_at TEXT,
    reached TEXT NOT NULL,
    FOREIGN KEY (shop_id, gateway_id) REFERENCES gateways (shop_id, id)
) {strict};

CREATE TABLE rates (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    asset TEXT NOT NULL,
    price_minor {int} NOT NULL,
    price_currency TEXT NOT NULL,
    fresh_until {int} NOT NULL,
    sources {int} NOT NULL,
    set_at {int} NOT NULL,
    PRIMARY KEY (shop_id, asset)
) {strict};

CREATE TABLE sequences (
    name TEXT NOT NULL PRIMARY KEY,
    next {int} NOT NULL CHECK (next BETWEEN 0 AND 4294967295)
) {strict};

CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subscription_id TEXT,
    price_minor {int} NOT NULL CHECK (price_minor >= 0),
    price_currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN (
        'placed', 'awaiting_payment', 'paid', 'fulfilled', 'cancelled', 'expired', 'refunding', 'refunded'
    )),
    attention TEXT CHECK (attention IN (
        'payment_review', 'payment_disputed', 'payment_reversed', 'return_refused', 'provision_rejected',
        'provision_stuck', 'supply_unpaid'
    )),
    request_key TEXT,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    paid_at {int},
    applied_at {int},
    fulfilled_at {int},
    from_wallet {bool} NOT NULL,
    held_minor {int} NOT NULL CHECK (held_minor BETWEEN 0 AND price_minor),
    holds {int} NOT NULL CHECK (holds BETWEEN 0 AND 4294967295),
    coupon TEXT,
    what TEXT NOT NULL CHECK (what IN (
        'new', 'renewal', 'trial', 'change', 'pack', 'top_up', 'given', 'gift', 'adopted'
    )),
    plan_id TEXT,
    UNIQUE (shop_id, id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE UNIQUE INDEX orders_by_key ON orders (shop_id, user_id, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX orders_of_user ON orders (shop_id, user_id, id);
CREATE INDEX orders_by_state ON orders (shop_id, state, id);
CREATE INDEX orders_of_subscription ON orders (shop_id, subscription_id, id) WHERE subscription_id IS NOT NULL;
CREATE INDEX orders_by_number ON orders (shop_id, substr(id, 27));
CREATE INDEX orders_to_look_at ON orders (shop_id, id) WHERE attention IS NOT NULL;

CREATE TABLE payments (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    gateway_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN (
        'created', 'open', 'seen', 'underpaid', 'paid', 'overpaid', 'expired', 'failed', 'disputed', 'refunding',
        'refunded', 'needs_review'
    )),
    due_minor {int} NOT NULL CHECK (due_minor >= 0),
    due_currency TEXT NOT NULL,
    value_minor {int} NOT NULL CHECK (value_minor >= 0),
    value_currency TEXT NOT NULL,
    reference TEXT,
    slot TEXT,
    destination TEXT,
    step TEXT,
    tolerance_minor {int} NOT NULL,
    received_minor {int} NOT NULL,
    booked_minor {int} NOT NULL,
    credited_minor {int} NOT NULL,
    test {bool} NOT NULL,
    version {int} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    watch_until {int} NOT NULL,
    chosen_at {int} NOT NULL,
    UNIQUE (shop_id, id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE UNIQUE INDEX payments_by_reference ON payments (gateway_id, reference) WHERE reference IS NOT NULL;
CREATE INDEX payments_unpaid ON payments (shop_id, gateway_id, id)
    WHERE state IN ('open', 'seen', 'underpaid', 'expired');
CREATE INDEX payments_watched ON payments (gateway_id, watch_until);
CREATE INDEX payments_of_order ON payments (shop_id, order_id, id);
CREATE INDEX payments_of_user ON payments (shop_id, user_id, id);
CREATE INDEX payments_to_look_at ON payments (shop_id, id)
    WHERE state IN ('created', 'seen', 'underpaid', 'disputed', 'refunding', 'needs_review');
CREATE INDEX payments_contested ON payments (shop_id, user_id) WHERE state = 'disputed';
CREATE INDEX payments_at_destination ON payments (destination, created_at) WHERE destination IS NOT NULL;

CREATE TABLE movements (
    family TEXT NOT NULL,
    id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    amount_minor {int} NOT NULL,
    amount_currency TEXT NOT NULL,
    raw TEXT NOT NULL,
    finality TEXT NOT NULL CHECK (finality IN ('dropped', 'seen', 'contested', 'confirmed')),
    anchor TEXT,
    seen_at {int} NOT NULL,
    PRIMARY KEY (family, id),
    FOREIGN KEY (shop_id, payment_id) REFERENCES payments (shop_id, id)
) {strict};
CREATE INDEX movements_of_payment ON movements (payment_id, seen_at);
CREATE INDEX movements_by_day ON movements (shop_id, seen_at);

CREATE TABLE returns (
    family TEXT NOT NULL,
    movement TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    taken_minor {int} NOT NULL CHECK (taken_minor >= 0),
    taken_currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'sent', 'refused')),
    asked_at {int} NOT NULL,
    PRIMARY KEY (family, movement),
    FOREIGN KEY (family, movement) REFERENCES movements (family, id),
    FOREIGN KEY (shop_id, payment_id) REFERENCES payments (shop_id, id)
) {strict};
CREATE INDEX returns_of_payment ON returns (shop_id, payment_id, asked_at);

CREATE TABLE amount_leases (
    destination TEXT NOT NULL,
    currency TEXT NOT NULL,
    minor {int} NOT NULL,
    payment_id TEXT NOT NULL,
    held_until {int} NOT NULL,
    PRIMARY KEY (destination, currency, minor)
) {strict};
CREATE INDEX amount_leases_of_payment ON amount_leases (payment_id);

CREATE TABLE deposits (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    gateway_id TEXT NOT NULL,
    place TEXT NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    amount_currency TEXT NOT NULL,
    family TEXT NOT NULL,
    movement TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'matched', 'dismissed')),
    payment_id TEXT,
    heard_at {int} NOT NULL,
    UNIQUE (family, movement),
    CHECK (state <> 'matched' OR payment_id IS NOT NULL),
    FOREIGN KEY (shop_id, payment_id) REFERENCES payments (shop_id, id)
) {strict};
CREATE INDEX deposits_waiting ON deposits (shop_id, id) WHERE state = 'waiting';
CREATE INDEX deposits_matched ON deposits (payment_id) WHERE state = 'matched';

CREATE TABLE receipts (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    picture_sealed TEXT NOT NULL,
    digest TEXT NOT NULL,
    note TEXT NOT NULL,
    likeness TEXT NOT NULL,
    seen_before {bool} NOT NULL,
    like_before {bool} NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('waiting', 'accepted', 'rejected')),
    rejection TEXT CHECK (rejection IN ('not_received', 'unreadable', 'used_before', 'forged', 'timed_out')),
    created_at {int} NOT NULL,
    CHECK ((decision = 'rejected') = (rejection IS NOT NULL)),
    FOREIGN KEY (shop_id, payment_id) REFERENCES payments (shop_id, id)
) {strict};
CREATE INDEX receipts_of_payment ON receipts (shop_id, payment_id, id);
CREATE INDEX receipts_of_shop ON receipts (shop_id, id);
CREATE INDEX receipts_by_digest ON receipts (shop_id, digest);
CREATE INDEX receipts_waiting ON receipts (shop_id, id) WHERE decision = 'waiting';

CREATE TABLE subscriptions (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    plan_name TEXT NOT NULL,
    name TEXT,
    group_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'exhausted', 'ended', 'suspended', 'frozen',
        'revoked')),
    starts_at {int} NOT NULL,
    ends_at {int} NOT NULL,
    traffic_limit {int} NOT NULL CHECK (traffic_limit >= 0),
    traffic_used {int} NOT NULL CHECK (traffic_used >= 0),
    devices {int} NOT NULL,
    extras TEXT NOT NULL,
    period TEXT NOT NULL,
    auto_renew {bool} NOT NULL,
    panel_id TEXT NOT NULL,
    generation {int} NOT NULL,
    link_lookup TEXT NOT NULL UNIQUE,
    link_sealed TEXT NOT NULL,
    resets TEXT NOT NULL,
    moves TEXT NOT NULL,
    created_at {int} NOT NULL,
    monthly {int} NOT NULL,
    UNIQUE (shop_id, id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX subscriptions_of_user ON subscriptions (shop_id, user_id, id);
CREATE INDEX subscriptions_in_use ON subscriptions (shop_id, plan_id, monthly, user_id) WHERE state = 'active';
-- One identity is one subscription's, in whichever shop.
CREATE UNIQUE INDEX subscriptions_by_identity ON subscriptions (panel_id);

CREATE TABLE grants (
    server_id TEXT NOT NULL,
    panel_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('wanted', 'placed', 'unwanted', 'removed')),
    verified {int} NOT NULL,
    traffic_limit {int} NOT NULL CHECK (traffic_limit >= 0),
    counter {int} NOT NULL CHECK (counter >= 0),
    traffic_used {int} NOT NULL CHECK (traffic_used >= 0),
    links TEXT NOT NULL,
    PRIMARY KEY (server_id, panel_id),
    FOREIGN KEY (server_id) REFERENCES servers (id),
    FOREIGN KEY (shop_id, subscription_id) REFERENCES subscriptions (shop_id, id)
) {strict};
CREATE INDEX grants_of_subscription ON grants (subscription_id, server_id, panel_id);
CREATE INDEX grants_by_identity ON grants (panel_id);
CREATE INDEX grants_by_state ON grants (server_id, state, subscription_id);

-- How many subscriptions a server holds, kept by whatever writes a grant: a large server has tens of thousands.
CREATE TABLE server_loads (
    server_id TEXT NOT NULL PRIMARY KEY REFERENCES servers (id),
    held {int} NOT NULL CHECK (held >= 0)
) {clustered};

CREATE TABLE documents (
    panel_id TEXT NOT NULL,
    server_id TEXT NOT NULL,
    format TEXT NOT NULL CHECK (format IN ('uris', 'sing_box', 'clash', 'xray', 'extras')),
    shop_id TEXT NOT NULL,
    body TEXT NOT NULL,
    fetched_at {int} NOT NULL,
    PRIMARY KEY (panel_id, server_id, format),
    FOREIGN KEY (shop_id, server_id) REFERENCES servers (shop_id, id)
) {strict};

CREATE TABLE journals (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    cause TEXT NOT NULL,
    posted_at {int} NOT NULL,
    UNIQUE (shop_id, cause)
) {strict};
CREATE INDEX journals_of_shop ON journals (shop_id, id);

CREATE TABLE entries (
    journal_id TEXT NOT NULL REFERENCES journals (id),
    line {int} NOT NULL,
    shop_id TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    minor {int} NOT NULL CHECK (minor <> 0),
    PRIMARY KEY (journal_id, line)
) {strict};
CREATE INDEX entries_of_account ON entries (shop_id, account, journal_id, line, currency, minor);

CREATE TABLE balances (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    minor {int} NOT NULL,
    PRIMARY KEY (shop_id, account, currency),
    CHECK (minor >= 0 OR account NOT LIKE 'wallet:%' AND account NOT LIKE 'held:%')
) {strict};

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    lane TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    run_at {int} NOT NULL,
    attempts {int} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'poison')),
    last_error TEXT,
    unique_key TEXT
) {strict};
CREATE UNIQUE INDEX jobs_by_key ON jobs (shop_id, unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX jobs_due ON jobs (state, run_at, id);
CREATE INDEX jobs_of_lane ON jobs (lane, state, run_at, id);
CREATE INDEX jobs_of_shop ON jobs (shop_id, state, id);

CREATE TABLE lanes (
    lane TEXT NOT NULL PRIMARY KEY,
    fence {int} NOT NULL,
    job_id TEXT,
    held_until {int},
    CHECK ((job_id IS NULL) = (held_until IS NULL))
) {strict};
CREATE INDEX lanes_held ON lanes (held_until) WHERE held_until IS NOT NULL;

-- Who of several processes does what only one may do.
CREATE TABLE leaders (
    task TEXT NOT NULL PRIMARY KEY,
    leader TEXT NOT NULL,
    led_until {int} NOT NULL
) {strict};

CREATE TABLE callbacks (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    gateway_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    sealed TEXT NOT NULL,
    received_at {int} NOT NULL,
    UNIQUE (gateway_id, digest)
) {strict};

CREATE TABLE answers (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    owner TEXT NOT NULL,
    request_key TEXT NOT NULL,
    request TEXT NOT NULL,
    response_sealed TEXT,
    created_at {int} NOT NULL,
    PRIMARY KEY (shop_id, owner, request_key)
) {strict};
CREATE INDEX answers_by_age ON answers (created_at);

CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    happened_at {int} NOT NULL,
    UNIQUE (shop_id, id)
) {strict};

CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    notice TEXT NOT NULL,
    created_at {int} NOT NULL,
    delivered_at {int},
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX notices_of_user ON notices (shop_id, user_id, id);

CREATE TABLE link_settings (
    shop_id TEXT NOT NULL PRIMARY KEY REFERENCES shops (id),
    body TEXT NOT NULL
) {strict};

CREATE TABLE devices (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    lookup TEXT NOT NULL,
    name TEXT NOT NULL,
    renamed {bool} NOT NULL,
    os TEXT,
    first_seen {int} NOT NULL,
    last_seen {int} NOT NULL,
    UNIQUE (subscription_id, lookup),
    FOREIGN KEY (shop_id, subscription_id) REFERENCES subscriptions (shop_id, id)
) {strict};

CREATE TABLE device_removals (
    shop_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    removed_at {int} NOT NULL,
    removed {int} NOT NULL,
    PRIMARY KEY (shop_id, subscription_id, removed_at),
    FOREIGN KEY (shop_id, subscription_id) REFERENCES subscriptions (shop_id, id)
) {strict};

CREATE TABLE packs (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    kind TEXT NOT NULL CHECK (kind IN ('traffic', 'devices')),
    name TEXT NOT NULL,
    amount {int} NOT NULL CHECK (amount > 0),
    prices TEXT NOT NULL,
    on_sale {bool} NOT NULL,
    created_at {int} NOT NULL,
    UNIQUE (shop_id, id)
) {strict};

-- What was used by day (days of UTC since 1970), kept for 400 days.
CREATE TABLE usage_days (
    shop_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    day {int} NOT NULL CHECK (day >= 0),
    server_id TEXT NOT NULL,
    traffic {int} NOT NULL CHECK (traffic >= 0),
    PRIMARY KEY (shop_id, subscription_id, day, server_id),
    FOREIGN KEY (shop_id, subscription_id) REFERENCES subscriptions (shop_id, id),
    FOREIGN KEY (server_id) REFERENCES servers (id)
) {clustered};
CREATE INDEX usage_days_by_age ON usage_days (day);

-- One code for each address and purpose: `owner` is the account that the address shall be added to, empty for a sign-in.
CREATE TABLE mail_codes (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    address TEXT NOT NULL,
    owner TEXT NOT NULL,
    sealed TEXT NOT NULL,
    code TEXT NOT NULL,
    link TEXT,
    tries {int} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (shop_id, address, owner)
) {strict};
CREATE UNIQUE INDEX mail_codes_by_link ON mail_codes (link) WHERE link IS NOT NULL;
CREATE INDEX mail_codes_by_end ON mail_codes (expires_at);

CREATE TABLE second_factors (
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    seed_sealed TEXT NOT NULL,
    confirmed {bool} NOT NULL,
    last_step {int} NOT NULL,
    recovery TEXT NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (shop_id, user_id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};

CREATE TABLE spent_proofs (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    proof TEXT NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (shop_id, proof)
) {strict};
CREATE INDEX spent_proofs_by_end ON spent_proofs (expires_at);

CREATE TABLE push_targets (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    token_id TEXT NOT NULL,
    lookup TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at {int} NOT NULL,
    failures {int} NOT NULL,
    UNIQUE (shop_id, lookup),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX push_targets_of_user ON push_targets (shop_id, user_id, id);

-- `lookup` is a keyed hash of the credential's id, `sealed` the credential with its public key and counter.
CREATE TABLE passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    lookup TEXT NOT NULL,
    sealed TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at {int} NOT NULL,
    last_used {int},
    UNIQUE (shop_id, lookup),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX passkeys_by_user ON passkeys (shop_id, user_id);

-- Where a user stands in the bot's dialogue; `sealed` is what the bot remembers of it.
CREATE TABLE dialogues (
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    sealed TEXT NOT NULL,
    unlocked {bool} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (shop_id, user_id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};

-- How a user is reached outside our pages.
CREATE TABLE reaches (
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    preferences TEXT NOT NULL,
    blocked_since {int},
    bounces {int} NOT NULL,
    failing_since {int},
    PRIMARY KEY (shop_id, user_id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};

CREATE TABLE referral_terms (
    shop_id TEXT NOT NULL PRIMARY KEY REFERENCES shops (id),
    body TEXT NOT NULL
) {strict};

-- `lookup` is a keyed hash of the code, `sealed` the code.
CREATE TABLE invitations (
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    lookup TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (shop_id, user_id),
    UNIQUE (shop_id, lookup),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};

-- Who was invited by whom, and what their first paid order brought them.
CREATE TABLE referrals (
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    referrer_id TEXT NOT NULL CHECK (referrer_id <> user_id),
    accepted_at {int} NOT NULL,
    order_id TEXT,
    welcome_minor {int} CHECK (welcome_minor >= 0),
    welcome_back {int} CHECK (welcome_back BETWEEN 0 AND welcome_minor),
    currency TEXT,
    PRIMARY KEY (shop_id, user_id),
    CHECK ((order_id IS NULL) = (currency IS NULL)),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id),
    FOREIGN KEY (shop_id, referrer_id) REFERENCES users (shop_id, id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id)
) {strict};
CREATE INDEX referrals_by_referrer ON referrals (shop_id, referrer_id);

-- What an order pays to those who brought its user, as it was when the order was placed; the base is there once it is
-- paid.
CREATE TABLE order_commissions (
    shop_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    terms TEXT NOT NULL,
    base_minor {int} CHECK (base_minor >= 0),
    currency TEXT,
    PRIMARY KEY (shop_id, order_id),
    CHECK ((base_minor IS NULL) = (currency IS NULL)),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id)
) {strict};

CREATE TABLE commissions (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    level {int} NOT NULL CHECK (level IN (1, 2)),
    user_id TEXT NOT NULL,
    invited_id TEXT NOT NULL CHECK (invited_id <> user_id),
    base_minor {int} NOT NULL CHECK (base_minor >= 0),
    amount_minor {int} NOT NULL CHECK (amount_minor BETWEEN 0 AND base_minor),
    reversed_minor {int} NOT NULL CHECK (reversed_minor BETWEEN 0 AND amount_minor),
    paid_minor {int} NOT NULL CHECK (paid_minor BETWEEN 0 AND amount_minor),
    back_minor {int} NOT NULL CHECK (back_minor BETWEEN 0 AND paid_minor),
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'held', 'matured', 'refused', 'reversed')),
    signs TEXT NOT NULL,
    reason TEXT,
    made_at {int} NOT NULL,
    matures_at {int} NOT NULL,
    days {int} CHECK (days IS NULL OR (days > 0 AND amount_minor = 0)),
    days_void {int} CHECK (days_void BETWEEN 0 AND days),
    given_to TEXT,
    UNIQUE (shop_id, order_id, level),
    CHECK ((days IS NULL) = (days_void IS NULL)),
    CHECK (days IS NULL OR (state = 'matured') = (given_to IS NOT NULL)),
    FOREIGN KEY (shop_id, given_to) REFERENCES subscriptions (shop_id, id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id),
    FOREIGN KEY (shop_id, invited_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX commissions_of_user ON commissions (shop_id, user_id, id);
CREATE INDEX commissions_by_state ON commissions (shop_id, state, id);

-- How much of a wallet is commission money. All else of it is spent first.
CREATE TABLE earnings (
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    minor {int} NOT NULL CHECK (minor >= 0),
    PRIMARY KEY (shop_id, user_id, currency),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};

CREATE TABLE withdrawals (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('chain', 'card', 'other')),
    destination_sealed TEXT,
    state TEXT NOT NULL CHECK (state IN ('asked', 'paid', 'refused')),
    note TEXT,
    asked_at {int} NOT NULL,
    decided_at {int},
    CHECK ((state = 'asked') = (decided_at IS NULL)),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX withdrawals_of_user ON withdrawals (shop_id, user_id, id);
CREATE INDEX withdrawals_by_state ON withdrawals (shop_id, state, id);

CREATE TABLE campaigns (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at {int} NOT NULL,
    postback_sealed TEXT,
    PRIMARY KEY (shop_id, code)
) {strict};

-- By which campaign a user came, and what whoever advertises calls the click.
CREATE TABLE campaign_users (
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    code TEXT NOT NULL,
    click TEXT,
    PRIMARY KEY (shop_id, user_id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id),
    FOREIGN KEY (shop_id, code) REFERENCES campaigns (shop_id, code)
) {strict};
CREATE INDEX campaign_users_by_code ON campaign_users (shop_id, code);
CREATE TABLE operator_actions (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    request_key TEXT,
    done_at {int} NOT NULL,
    number {int} NOT NULL CHECK (number > 0),
    previous TEXT NOT NULL,
    digest TEXT NOT NULL,
    UNIQUE (shop_id, id),
    UNIQUE (shop_id, number),
    FOREIGN KEY (shop_id, operator_id) REFERENCES users (shop_id, id)
) {strict};
CREATE UNIQUE INDEX operator_actions_by_key ON operator_actions (shop_id, operator_id, request_key)
    WHERE request_key IS NOT NULL;

-- Where the chain of a shop's deeds ends: `digest` is a keyed hash over the last deed and the one before,
-- `seal` one over shop, number and digest.
CREATE TABLE deed_chains (
    shop_id TEXT NOT NULL PRIMARY KEY REFERENCES shops (id),
    number {int} NOT NULL,
    digest TEXT NOT NULL,
    seal TEXT NOT NULL
) {strict};

-- `lookup` is a keyed hash of the code, `sealed` the code.
CREATE TABLE gifts (
    order_id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    lookup TEXT NOT NULL,
    sealed TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'claimed', 'taken_back')),
    claimed_by TEXT,
    claim_order_id TEXT,
    created_at {int} NOT NULL,
    UNIQUE (shop_id, lookup),
    CHECK ((state = 'claimed') = (claimed_by IS NOT NULL)),
    CHECK ((state = 'claimed') = (claim_order_id IS NOT NULL)),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id),
    FOREIGN KEY (shop_id, claimed_by) REFERENCES users (shop_id, id),
    FOREIGN KEY (shop_id, claim_order_id) REFERENCES orders (shop_id, id)
) {strict};
CREATE INDEX gifts_of_user ON gifts (shop_id, user_id, order_id);
CREATE UNIQUE INDEX gifts_by_claim ON gifts (shop_id, claim_order_id) WHERE claim_order_id IS NOT NULL;
CREATE TABLE coupons (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    code TEXT NOT NULL,
    benefit TEXT NOT NULL,
    limits TEXT NOT NULL,
    enabled {bool} NOT NULL,
    taken {int} NOT NULL CHECK (taken >= 0),
    created_at {int} NOT NULL,
    user_id TEXT,
    UNIQUE (shop_id, code),
    UNIQUE (shop_id, id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX coupons_for_all ON coupons (shop_id, id) WHERE user_id IS NULL;
CREATE INDEX coupons_of_their_own ON coupons (shop_id, id) WHERE user_id IS NOT NULL;
CREATE TABLE coupon_uses (
    order_id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    coupon_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'used', 'released')),
    at {int} NOT NULL,
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id),
    FOREIGN KEY (shop_id, coupon_id) REFERENCES coupons (shop_id, id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX coupon_uses_of_coupon ON coupon_uses (shop_id, coupon_id, order_id);
CREATE INDEX coupon_uses_of_user ON coupon_uses (shop_id, user_id);

-- Subjects, texts and pictures are sealed; `waiting` is the first message that nobody has answered.
CREATE TABLE tickets (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    subscription_id TEXT,
    subject_sealed TEXT,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
    waiting TEXT,
    opened_at {int} NOT NULL,
    answered_at {int},
    changed_at {int} NOT NULL,
    due_at {int} NOT NULL,
    solved_at {int},
    assignee TEXT,
    by_mail {bool} NOT NULL,
    version {int} NOT NULL,
    UNIQUE (shop_id, id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX tickets_of_user ON tickets (shop_id, user_id, id);
CREATE INDEX tickets_by_state ON tickets (shop_id, state, id);
CREATE INDEX tickets_by_time ON tickets (shop_id, opened_at, id);
CREATE INDEX tickets_waiting ON tickets (shop_id, waiting) WHERE waiting IS NOT NULL;

CREATE TABLE ticket_messages (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    author TEXT NOT NULL CHECK (author IN ('customer', 'shop')),
    text_sealed TEXT NOT NULL,
    picture {bool} NOT NULL,
    by_mail {bool} NOT NULL,
    created_at {int} NOT NULL,
    FOREIGN KEY (shop_id, ticket_id) REFERENCES tickets (shop_id, id)
) {strict};
CREATE INDEX ticket_messages_of_ticket ON ticket_messages (shop_id, ticket_id, id);

CREATE TABLE ticket_pictures (
    message_id TEXT NOT NULL PRIMARY KEY REFERENCES ticket_messages (id),
    sealed TEXT NOT NULL
) {strict};

CREATE TABLE support_terms (
    shop_id TEXT NOT NULL PRIMARY KEY REFERENCES shops (id),
    body TEXT NOT NULL
) {strict};

CREATE TABLE saved_answers (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    name TEXT NOT NULL,
    locale TEXT,
    body TEXT NOT NULL
) {strict};
CREATE INDEX saved_answers_of_shop ON saved_answers (shop_id, name);

-- What a shop explains to its customers, in one language each.
CREATE TABLE articles (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    slug TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('fa', 'en', 'ru')),
    category TEXT NOT NULL CHECK (category IN ('connect', 'trouble', 'pay', 'service', 'other')),
    platforms TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    published {bool} NOT NULL,
    changed_at {int} NOT NULL,
    UNIQUE (shop_id, slug, locale)
) {strict};

CREATE TABLE help_shelves (
    shop_id TEXT NOT NULL PRIMARY KEY REFERENCES shops (id),
    body TEXT NOT NULL
) {strict};

CREATE TABLE article_counts (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    slug TEXT NOT NULL,
    helped {int} NOT NULL,
    missed {int} NOT NULL,
    PRIMARY KEY (shop_id, slug)
) {strict};

-- Who judged an article: `voter` is a keyed hash that says nothing of whom, and not of what they thought.
CREATE TABLE article_votes (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    slug TEXT NOT NULL,
    voter TEXT NOT NULL,
    PRIMARY KEY (shop_id, slug, voter)
) {strict};

-- What a shop says in its own words.
CREATE TABLE own_texts (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    name TEXT NOT NULL,
    locale TEXT NOT NULL CHECK (locale IN ('fa', 'en', 'ru')),
    body TEXT NOT NULL,
    PRIMARY KEY (shop_id, name, locale)
) {strict};

-- Letters that were taken or answered: `lookup` is a keyed hash of what tells one from the next.
CREATE TABLE letters (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    lookup TEXT NOT NULL,
    taken_at {int} NOT NULL,
    PRIMARY KEY (shop_id, lookup)
) {strict};
CREATE INDEX letters_by_age ON letters (taken_at);

CREATE TABLE broadcasts (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    segment TEXT NOT NULL,
    message TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'sending', 'done', 'stopped')),
    cursor TEXT,
    gathered {bool} NOT NULL,
    created_at {int} NOT NULL,
    begun_at {int},
    ended_at {int},
    UNIQUE (shop_id, id),
    FOREIGN KEY (shop_id, operator_id) REFERENCES users (shop_id, id)
) {strict};

CREATE TABLE broadcast_recipients (
    broadcast_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    shop_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'blocked', 'failed')),
    PRIMARY KEY (broadcast_id, user_id),
    FOREIGN KEY (shop_id, broadcast_id) REFERENCES broadcasts (shop_id, id),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};
CREATE INDEX broadcast_recipients_by_state ON broadcast_recipients (shop_id, broadcast_id, state, user_id);

-- What resellers pay; `prices` says for what.
CREATE TABLE wholesale_lists (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    name TEXT NOT NULL,
    return_days {int} NOT NULL CHECK (return_days BETWEEN 0 AND 90),
    prices TEXT NOT NULL,
    created_at {int} NOT NULL,
    UNIQUE (shop_id, id)
) {strict};

-- A shop that sells what `shop_id` delivers. Plans, grants and usage of such a shop may name groups and servers of its
-- supplier, and of that one's; the statements that write them see to it.
CREATE TABLE resellers (
    reseller_shop TEXT NOT NULL PRIMARY KEY REFERENCES shops (id),
    shop_id TEXT NOT NULL CHECK (shop_id <> reseller_shop),
    user_id TEXT NOT NULL,
    created_at {int} NOT NULL,
    terms TEXT NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('active', 'suspended')),
    suspended_at {int},
    warned TEXT NOT NULL CHECK (warned IN ('no', 'low', 'out')),
    UNIQUE (shop_id, reseller_shop),
    UNIQUE (shop_id, user_id),
    CHECK ((standing = 'suspended') = (suspended_at IS NOT NULL)),
    FOREIGN KEY (shop_id, user_id) REFERENCES users (shop_id, id)
) {strict};

-- Where a reseller's plans and packs come from: `plan:{id}` or `pack:{id}`.
CREATE TABLE sources (
    shop_id TEXT NOT NULL,
    ware TEXT NOT NULL,
    supplier TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (shop_id, ware),
    FOREIGN KEY (supplier, shop_id) REFERENCES resellers (shop_id, reseller_shop)
) {strict};
CREATE INDEX sources_by_supplier ON sources (supplier, source);

-- What an order cost the reseller in whose shop, or below it, it was placed.
CREATE TABLE supplies (
    shop_id TEXT NOT NULL,
    order_id TEXT NOT NULL REFERENCES orders (id),
    reseller_shop TEXT NOT NULL,
    ware TEXT NOT NULL,
    price_minor {int} NOT NULL CHECK (price_minor >= 0),
    price_currency TEXT NOT NULL,
    supplied_at {int} NOT NULL,
    returned_at {int},
    PRIMARY KEY (shop_id, order_id),
    FOREIGN KEY (shop_id, reseller_shop) REFERENCES resellers (shop_id, reseller_shop)
) {strict};
CREATE INDEX supplies_of_reseller ON supplies (shop_id, reseller_shop, supplied_at);

CREATE TABLE invoices (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    reseller_shop TEXT NOT NULL,
    number {int} NOT NULL CHECK (number > 0),
    starts_at {int} NOT NULL,
    ends_at {int} NOT NULL CHECK (ends_at > starts_at),
    lines TEXT NOT NULL,
    sum_minor {int} NOT NULL CHECK (sum_minor >= 0),
    due_minor {int} NOT NULL CHECK (due_minor >= 0),
    paid_minor {int} NOT NULL CHECK (paid_minor BETWEEN 0 AND due_minor),
    currency TEXT NOT NULL,
    issued_at {int} NOT NULL,
    UNIQUE (shop_id, number),
    UNIQUE (shop_id, reseller_shop, starts_at),
    FOREIGN KEY (shop_id, reseller_shop) REFERENCES resellers (shop_id, reseller_shop)
) {strict};

CREATE TABLE bulks (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL,
    operator_id TEXT NOT NULL,
    selection TEXT NOT NULL,
    step TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped')),
    selected {int} NOT NULL CHECK (selected >= 0),
    changed {int} NOT NULL CHECK (changed >= 0),
    left_out {int} NOT NULL CHECK (left_out >= 0),
    cursor TEXT,
    begun_at {int} NOT NULL,
    ended_at {int},
    UNIQUE (shop_id, id),
    FOREIGN KEY (shop_id, operator_id) REFERENCES users (shop_id, id)
) {strict};

-- Programs that are told what happens; address and keys are sealed.
CREATE TABLE webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    sealed TEXT NOT NULL,
    kinds TEXT NOT NULL,
    description TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('on', 'off', 'gone', 'failing')),
    failing_since {int},
    created_at {int} NOT NULL,
    UNIQUE (shop_id, id)
) {strict};

-- What is on its way to them, or was; without a webhook it is an address that is called once.
CREATE TABLE hook_deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    shop_id TEXT NOT NULL REFERENCES shops (id),
    webhook_id TEXT,
    address TEXT,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'abandoned')),
    tries {int} NOT NULL CHECK (tries >= 0),
    attempts TEXT NOT NULL,
    next_at {int},
    created_at {int} NOT NULL,
    CHECK ((webhook_id IS NULL) <> (address IS NULL)),
    FOREIGN KEY (shop_id, webhook_id) REFERENCES webhooks (shop_id, id)
) {strict};
CREATE INDEX hook_deliveries_of_webhook ON hook_deliveries (shop_id, webhook_id, id);
CREATE INDEX hook_deliveries_by_age ON hook_deliveries (created_at);

-- What fell on each day of the shop (days since 1970); `folded` rows follow from events and journals, the others were
-- counted.
CREATE TABLE figures (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    figure TEXT NOT NULL,
    slice TEXT NOT NULL,
    day {int} NOT NULL,
    value {int} NOT NULL,
    folded {bool} NOT NULL,
    PRIMARY KEY (shop_id, figure, slice, day)
) {clustered};
CREATE INDEX figures_by_day ON figures (shop_id, figure, day);

-- How far events and journals are folded into figures, and what the fold remembers.
CREATE TABLE figure_marks (
    shop_id TEXT NOT NULL PRIMARY KEY REFERENCES shops (id),
    event_id TEXT,
    journal_id TEXT
) {strict};

CREATE TABLE figure_pasts (
    shop_id TEXT NOT NULL REFERENCES shops (id),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (shop_id, subject)
) {strict};

-- By the hour, and by the day (of UTC) when that is long ago.
CREATE TABLE server_traffic (
    shop_id TEXT NOT NULL,
    server_id TEXT NOT NULL,
    since {int} NOT NULL,
    bytes {int} NOT NULL CHECK (bytes >= 0),
    PRIMARY KEY (shop_id, server_id, since),
    FOREIGN KEY (shop_id, server_id) REFERENCES servers (shop_id, id)
) {clustered};

-- One row that a health check writes to.
CREATE TABLE heartbeat (
    id {int} NOT NULL PRIMARY KEY CHECK (id = 1),
    beats {int} NOT NULL
) {strict};

{immutable journals}
{immutable entries}
{immutable operator_actions}
