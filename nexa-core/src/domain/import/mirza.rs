//! What mirzabot has: its users with their wallets, and the services that they bought.
//!
//! The tables `user` (`id` is the Telegram id, `Balance` in toman) and `invoice` (`id_user`, `Status`, `name_product`, in
//! newer versions `uuid` and `user_info`) are as `table.php` of mahdiMGF2/botmirzapanel makes them (commit
//! c8bda206091145a883a0da2fa8dac8315ace35ca), and of the fork MasterALiReza/mirzabot (commit
//! 67a5bb70adc9ecfba99a67c71ea833b67fb5e006). The bot writes a dump of them with `mysqldump`, or one like it
//! (`cronbot/backupbot.php` of mahdiMGF2/mirzabot, commit 98cc664e7151280086cb89d6b7f7b608aa4cbe28).
//!
//! An invoice does not say how much of its traffic was used, so a service comes over only where a server of ours holds it.

use super::{
    Fault, Found, Person, Service,
    cells::{Row, telegram},
};
use crate::domain::adoption::identity;

/// The tables that are read.
pub const TABLES: &[&str] = &["user", "invoice"];
/// The states of an invoice whose service runs, of all that the bot writes.
const LIVE: [&str; 3] = ["active", "sendedwarn", "send_on_hold"];

/// Reads the rows as they come.
#[derive(Default)]
pub struct Mirza {
    users: usize,
    invoices: usize,
}

impl Mirza {
    /// What a row of a table says.
    pub fn row(&mut self, table: &str, row: &Row<'_>) -> Option<Found> {
        if table == "user" {
            self.users = self.users.saturating_add(1);
            return Some(user(format!("user row {}", self.users), row));
        }
        self.invoices = self.invoices.saturating_add(1);
        Some(invoice(format!("invoice row {}", self.invoices), row))
    }
}

fn user(place: String, row: &Row<'_>) -> Found {
    match row.text("id").and_then(telegram) {
        Some(id) => Found {
            person: Person::of_telegram(id),
            balance: row.text("Balance").map(str::to_owned),
            ..Found::at(place)
        },
        None => Found::faulty(place, Fault::BadTelegram),
    }
}

fn invoice(place: String, row: &Row<'_>) -> Found {
    let is_live = row.text("Status").is_some_and(|status| LIVE.contains(&status));
    if !is_live {
        return Found::faulty(place, Fault::Over);
    }
    let Some(owner) = row.text("id_user").and_then(telegram) else {
        return Found::faulty(place, Fault::BadTelegram);
    };
    let told = ["uuid", "user_info"].into_iter().find_map(|column| identity(row.text(column)?));
    let Some(known) = told else { return Found::faulty(place, Fault::NoIdentity) };
    let plan = row.text("name_product").map(str::to_owned);
    let service = Some(Service { plan, ..Service::known_by(known) });
    Found { person: Person::of_telegram(owner), service, ..Found::at(place) }
}

#[cfg(test)]
mod tests {
    use super::{super::dump::Dump, *};

    const DUMP: &str = "INSERT INTO `user` (`id`,`Balance`,`username`) VALUES\n\
        ('111','25000','=cmd()'),('none','5','x'),('222','-7',NULL);\n\
        INSERT INTO `invoice` (`id_invoice`,`id_user`,`name_product`,`uuid`,`user_info`,`Status`) VALUES\n\
        ('a','111','Gold','a59e4807-8100-45d7-83b6-f2248e3475f8',NULL,'active'),\n\
        ('b','111','Gold',NULL,'https://p.example/x/b59e4807-8100-45d7-83b6-f2248e3475f8/','sendedwarn'),\n\
        ('c','111','Gold',NULL,'{\"username\":\"x\"}','active'),\n\
        ('d','111','Gold','c59e4807-8100-45d7-83b6-f2248e3475f8',NULL,'end_of_time'),\n\
        ('e','bad','Gold','d59e4807-8100-45d7-83b6-f2248e3475f8',NULL,'active');\n";

    #[test]
    fn users_and_what_they_bought_are_read() {
        let (mut mirza, mut all) = (Mirza::default(), Vec::new());
        let mut sink = |table: &str, names: &[String], values: &[Option<String>]| {
            all.extend(mirza.row(table, &Row::new(names, values)));
        };
        let mut dump = Dump::new(TABLES);
        dump.read(DUMP.as_bytes(), &mut sink);
        assert_eq!(dump.end(&mut sink), (true, 2));
        let faults: Vec<_> = all.iter().map(|found| found.fault).collect();
        let (telegram, none, over) = (Some(Fault::BadTelegram), Some(Fault::NoIdentity), Some(Fault::Over));
        assert_eq!(faults, [None, telegram, None, None, None, none, over, telegram]);
        assert_eq!(all[0].balance.as_deref(), Some("25000"));
        assert_eq!(all[2].place, "user row 3");
        assert_eq!(all[4].place, "invoice row 2");
        let service = all[4].service.as_ref().unwrap();
        assert_eq!(service.plan.as_deref(), Some("Gold"));
        assert!(service.identity == "b59e4807-8100-45d7-83b6-f2248e3475f8".parse().unwrap());
    }
}
