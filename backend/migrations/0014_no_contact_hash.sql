-- A row of the audit may be about several numbers and addresses, so their keyed hashes are a list in
-- `changes`. This column holds one, and was never written.

alter table audit drop column contact_hash;
