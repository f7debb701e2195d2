# A mail server on the machine: port 587 with STARTTLS and a login, and one mailbox for everybody. PASSWORD is set.
echo "127.0.0.1 mail.example.int" >> /etc/hosts
cd /etc/postfix
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=Own authority" \
    -keyout own-ca.key -out /etc/ssl/own-ca.pem -addext basicConstraints=critical,CA:TRUE
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=mail.example.int" \
    -keyout server.key -out server.csr
echo "subjectAltName=DNS:mail.example.int" > names
openssl x509 -req -in server.csr -CA /etc/ssl/own-ca.pem -CAkey own-ca.key -CAcreateserial -days 30 \
    -out server.pem -extfile names
cat server.key server.pem > chain.pem

printf '%s' "$PASSWORD" | saslpasswd2 -c -p -u mail.example.int rappel
chgrp postfix /etc/sasldb2
chmod 640 /etc/sasldb2
mkdir -p sasl
printf 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n' > sasl/smtpd.conf

mkdir -p /var/mail/all
chown nobody:nogroup /var/mail/all
cat > main.cf <<P
compatibility_level = 3.6
myhostname = mail.example.int
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
default_transport = error:no mail leaves this machine
virtual_mailbox_domains = example.org example.int
virtual_mailbox_base = /var/mail
virtual_mailbox_maps = static:all/
virtual_minimum_uid = 100
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
smtpd_tls_chain_files = /etc/postfix/chain.pem
smtpd_sasl_local_domain = mail.example.int
P
cat > master.cf <<P
587 inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
P
postfix start
