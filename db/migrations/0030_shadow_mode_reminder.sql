-- When the team and those who would be cut off were told that a day comes near.
alter table shadow_mode add column reminded_at timestamptz;
