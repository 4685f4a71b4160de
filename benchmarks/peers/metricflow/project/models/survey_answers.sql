SELECT * FROM read_parquet('{{ env_var('PEERS_FACTS') }}/survey_answers.parquet')
