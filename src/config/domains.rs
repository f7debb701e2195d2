//! The domains to which letters may go.

use super::{
    check::Check,
    given::{Given, quoted},
    host,
};
use crate::{
    compose::{Identity, Mailbox},
    deliver::AllowedDomains,
};

const KEY: &str = "mail.allow_domains";
const RIGHT: &str = "Write domains, for example allow_domains = [\"example.int\"], or [] for every domain.";

/// The list, on which the secretariat itself has to be: it is told what is not sent.
pub(super) fn allowed_domains(
    check: &mut Check<'_>,
    given: &Given,
    secretariat: Option<&Identity>,
) -> AllowedDomains {
    let items = check.list(KEY, given, RIGHT);
    let mut domains = Vec::new();
    for (key, item) in &items {
        domains.extend(check.parsed(key, item, RIGHT, domain));
    }
    let allowed = AllowedDomains::only(domains);
    let own = secretariat.map(|identity| &identity.reply_to);
    if let Some(Mailbox { address, .. }) =
        own.filter(|own| !check.is_mentioned(KEY) && !allowed.allow(&own.address))
    {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        check.error(
            KEY,
            format!(
                "the secretariat's own address {} is not on the list, so that it would not be told what is not \
                sent. Add {}.",
                quoted(address),
                quoted(domain)
            ),
        );
    }
    allowed
}

fn domain(text: &str) -> Result<String, String> {
    let wrong = |why: &str| Err(format!("{} {why}. {RIGHT}", quoted(text)));
    if text.contains('@') {
        return wrong("is an address or a part of one, not a domain: write only what follows the @");
    }
    if text.contains('*') || text.starts_with('.') {
        return wrong("is a pattern, not a domain: write each domain by itself");
    }
    host::name(text).or_else(|why| wrong(&format!("is not a domain: {why}")))
}
