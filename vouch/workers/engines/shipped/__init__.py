"""The vision-language model that Vouch trains and ships: how it is put together on a machine."""
