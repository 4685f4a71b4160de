SELECT * FROM read_parquet('{{ env_var('PEERS_FACTS') }}/engagements.parquet')
